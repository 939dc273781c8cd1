// `gatepost discover`: through the daemon or in this process, printed the same.
#pragma once

#include "cli/api_client.h"
#include "cli/invocation.h"
#include "cli/output.h"

namespace gatepost::cli {

/// Finding nothing is a failure, after what was asked has been printed.
Outcome<void> discover(ApiClient& api, const Discover& asked, Output output);

}  // namespace gatepost::cli
