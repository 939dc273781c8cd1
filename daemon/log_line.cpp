#include "daemon/log_line.h"

#include <algorithm>
#include <array>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/rfc3339.h"
#include "discovery/text.h"

namespace gatepost::daemon {
namespace {

// syslog's priorities, in the order of the levels (syslog(3)).
constexpr std::array priorities{'7', '6', '4', '3'};
constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};

std::size_t index(LogLevel level) {
    return static_cast<std::size_t>(level);
}

bool is_plain(char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
}

std::string quoted(std::string_view value) {
    return boost::json::serialize(boost::json::string_view(discovery::valid_utf8(value)));
}

std::string with_fields(std::string_view message, std::span<const LogField> fields) {
    std::string line(message);
    for (const LogField& field : fields) {
        const bool plain = !field.value.empty() && std::ranges::all_of(field.value, is_plain);
        line.append(" ").append(field.name).append("=");
        line += plain ? field.value : quoted(field.value);
    }
    return line;
}

std::string as_json(LogLevel level, LogTime time, std::string_view message,
                    std::span<const LogField> fields) {
    boost::json::object line;
    line["time"] = rfc3339(time);
    line["level"] = name_of(level);
    line["message"] = message;
    for (const LogField& field : fields)
        line[field.name] = discovery::valid_utf8(field.value);
    return boost::json::serialize(line);
}

}  // namespace

std::string_view name_of(LogLevel level) {
    return names.at(index(level));
}

std::string log_line(LogFormat format, LogLevel level, LogTime time, std::string_view message,
                     std::span<const LogField> fields) {
    if (format == LogFormat::json) return as_json(level, time, message, fields) + "\n";
    std::string line;
    if (format == LogFormat::journald) {
        line.append("<").append(1, priorities.at(index(level))).append(">");
    } else {
        line.append(rfc3339(time)).append(" ").append(name_of(level)).append(" ");
    }
    return line + with_fields(message, fields) + "\n";
}

}  // namespace gatepost::daemon
