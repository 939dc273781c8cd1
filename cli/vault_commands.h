// `gatepost vault` on a running daemon: begins a job, shows how far it is, and ends as it ends; and
// on a file.
#pragma once

#include <chrono>

#include "cli/api_client.h"
#include "cli/invocation.h"
#include "cli/output.h"

namespace gatepost::cli {

bool is_vault_command(const Command& command);
/// @param command one of them
/// @param in_place whether the output can show progress in one line, over and over
/// @param pause between two looks at a job that runs
Outcome<void> run_vault_command(ApiClient& api, const Command& command, Output output,
                                bool in_place,
                                std::chrono::milliseconds pause = std::chrono::milliseconds(200));

/// `gatepost vault check --file`, which needs no daemon.
Outcome<void> check_vault_file(const CheckVaultFile& asked, Output output);

}  // namespace gatepost::cli
