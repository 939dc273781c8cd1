// Times of the API and how long it is between them, for people. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace gatepost::cli {

using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

/// "2026-01-31T23:59:59.999Z", as the API writes it (RFC 3339, UTC); nothing for anything else.
std::optional<Moment> moment_of(const std::string& text);

/// "0.9 s", "12 s", "5 min", "3 h 5 min", "12 days": in the one or two units that matter.
std::string length_text(std::chrono::milliseconds length);

}  // namespace gatepost::cli
