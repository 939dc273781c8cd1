// One line of the log, as text: in the style of journald, of JSON, or of a terminal. Pure. Values
// may be strangers' words (providers', callers'), so nothing of them can forge a line.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace gatepost::daemon {

enum class LogLevel { debug, info, warning, error };
std::string_view name_of(LogLevel level);

enum class LogFormat {
    automatic,  ///< journald where stderr is the journal, text on a terminal, else json
    journald,   ///< "<6>message key=value": sd-daemon(3) takes the number for the priority
    json,       ///< one object a line
    text,       ///< with a time, for people
};

struct LogField {
    std::string_view name;
    std::string value;
};

using LogTime = std::chrono::system_clock::time_point;

/// The line, with its end. @param format any but automatic
std::string log_line(LogFormat format, LogLevel level, LogTime time, std::string_view message,
                     std::span<const LogField> fields);

}  // namespace gatepost::daemon
