// Durations as the configuration writes them: "500ms", "5s", "9m", "1h". Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace gatepost::daemon {

/// Nothing for anything but a whole number and one of ms, s, m, h, without blanks.
std::optional<std::chrono::milliseconds> duration_of(std::string_view text);

}  // namespace gatepost::daemon
