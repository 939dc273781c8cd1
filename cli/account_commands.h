// `gatepost account …`: each asks the API, and prints what it answers.
#pragma once

#include "cli/api_client.h"
#include "cli/invocation.h"
#include "cli/output.h"

namespace gatepost::cli {

/// @param command one of those about accounts
Outcome<void> run_account_command(ApiClient& api, const Command& command, Output output);

}  // namespace gatepost::cli
