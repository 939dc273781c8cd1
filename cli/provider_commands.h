// `gatepost providers`: imports a folder of files, shows which tables the daemon believes, forgets
// what was imported.
#pragma once

#include "cli/api_client.h"
#include "cli/invocation.h"
#include "cli/output.h"

namespace gatepost::cli {

bool is_provider_command(const Command& command);
/// @param command one of them
Outcome<void> run_provider_command(ApiClient& api, const Command& command, Output output);

}  // namespace gatepost::cli
