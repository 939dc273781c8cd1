// gatepostd's command line.
#pragma once

#include <filesystem>
#include <variant>

#include "daemon/configuration.h"

namespace gatepost::daemon {

struct Options {
    std::filesystem::path configuration_file = default_configuration_file;
    bool names_file = false;           ///< the user named it, so that it has to be there
    bool check_configuration = false;  ///< only that
};

/// The options, or the code to exit with: 0 after --help and --version, 2 for wrong usage, which is
/// told on stderr.
std::variant<Options, int> read_options(int argc, const char* const* argv);

}  // namespace gatepost::daemon
