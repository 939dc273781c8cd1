// `gatepost status`: all accounts at a glance, once or again and again.
#pragma once

#include <chrono>
#include <iosfwd>

#include "cli/api_client.h"
#include "cli/invocation.h"
#include "cli/output.h"

namespace gatepost::cli {

/// With `watch` it goes on until the output cannot be written any more; a daemon that goes away
/// after the first look is waited for.
/// @param in_place the output is a terminal, where each look takes the place of the one before
Outcome<void> show_status(ApiClient& api, const ShowStatus& asked, Output output, bool in_place,
                          std::chrono::milliseconds pause = std::chrono::seconds(1));

}  // namespace gatepost::cli
