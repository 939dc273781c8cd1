// Times as the API and the log write them (RFC 3339, UTC). Pure.
#pragma once

#include <chrono>
#include <string>

namespace gatepost::daemon {

/// "2026-01-31T23:59:59.999Z"
std::string rfc3339(std::chrono::system_clock::time_point time);

}  // namespace gatepost::daemon
