// Carries out what the command line asked for.
#pragma once

#include <iosfwd>

#include "cli/invocation.h"

namespace gatepost::cli {

/// The exit code: 0, or 1 after one line on `err` that says why and what to do. `gatepost imap`
/// relays standard input and output themselves; set-password and add may ask on the terminal.
int run(const Invocation& invocation, std::ostream& out, std::ostream& err);

}  // namespace gatepost::cli
