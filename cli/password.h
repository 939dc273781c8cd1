// Where passwords come from: standard input, or a person at the terminal, who types without echo.
// Never arguments, which every user of the machine can read.
#pragma once

#include <string>

#include "core/result.h"
#include "core/secret.h"

namespace gatepost::cli {

/// The first line that can be read there, without its end (LF or CRLF); what follows stays unread.
/// Fails with bad_request when it is empty or longer than any password.
Result<Secret> read_password(int descriptor);

/// Asks on the controlling terminal, wherever standard input comes from. A signal ends or stops the
/// program as usual, with the echo back on. Fails with bad_request, also when there is no terminal.
Result<Secret> ask_password(const std::string& question);

}  // namespace gatepost::cli
