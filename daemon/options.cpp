#include "daemon/options.h"

#include <CLI/CLI.hpp>

namespace gatepost::daemon {
namespace {

constexpr int wrong_usage = 2;

}  // namespace

std::variant<Options, int> read_options(int argc, const char* const* argv) {
    Options options;
    std::string file;
    CLI::App app("The daemon of Gatepost: signed-in IMAP sessions for the services of a machine.",
                 "gatepostd");
    app.set_version_flag("--version", std::string("gatepostd ") + GATEPOST_VERSION);
    app.add_option("--config", file,
                   std::string("The configuration file; ") + default_configuration_file +
                       " where none is named.");
    app.add_flag("--check-config", options.check_configuration,
                 "Read the configuration, tell what is wrong with it, and exit.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : wrong_usage;
    }
    if (app.count("--config") > 0) {
        options.configuration_file = file;
        options.names_file = true;
    }
    return options;
}

}  // namespace gatepost::daemon
