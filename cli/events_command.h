// `gatepost events`: prints what happens, as it happens, through restarts of the daemon.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>

#include "cli/failure.h"
#include "cli/invocation.h"
#include "cli/output.h"

namespace gatepost::cli {

/// Goes on until the output cannot be written any more, or the daemon refuses; once it had
/// connected it waits for a daemon that is gone. What befalls the connection is told on `err`.
/// @param pause between two tries
Outcome<void> follow_events(const std::string& socket, const FollowEvents& asked, Output output,
                            std::ostream& err,
                            std::chrono::milliseconds pause = std::chrono::seconds(1));

}  // namespace gatepost::cli
