// The grammar of the command line, and its help.
#pragma once

#include <iosfwd>
#include <variant>

#include "cli/invocation.h"

namespace gatepost::cli {

/// What the user asks for; or, when that is help, the version or wrong, the exit code (0 or 2)
/// after it was told on `out` or `err`. GATEPOST_SOCKET is read from the environment.
std::variant<Invocation, int> read_command_line(int argc, const char* const* argv,
                                                std::ostream& out, std::ostream& err);

}  // namespace gatepost::cli
