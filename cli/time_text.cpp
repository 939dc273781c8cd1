#include "cli/time_text.h"

#include <cstdio>

namespace gatepost::cli {
namespace {

std::string with_rest(std::int64_t count, const char* unit, std::int64_t rest,
                      const char* rest_unit) {
    std::string text = std::to_string(count) + unit;
    return rest == 0 ? text : text + " " + std::to_string(rest) + rest_unit;
}

}  // namespace

std::optional<Moment> moment_of(const std::string& text) {
    using namespace std::chrono;
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int millisecond = 0;
    int length = 0;
    const int read = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d.%3dZ%n", &year, &month,
                                 &day, &hour, &minute, &second, &millisecond, &length);
    if (read != 7 || static_cast<std::size_t>(length) != text.size()) return std::nullopt;
    const year_month_day date(std::chrono::year{year}, std::chrono::month{month},
                              std::chrono::day{day});
    if (!date.ok()) return std::nullopt;
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) +
           milliseconds(millisecond);
}

std::string length_text(std::chrono::milliseconds length) {
    using namespace std::chrono;
    if (length < 0ms) length = 0ms;
    const auto tenths = length.count() / 100;
    if (length < 10s) {
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
    }
    const auto in_seconds = floor<seconds>(length).count();
    if (length < 1min) return std::to_string(in_seconds) + " s";
    if (length < 1h) return std::to_string(in_seconds / 60) + " min";
    if (length < days(1)) {
        return with_rest(in_seconds / 3600, " h", in_seconds / 60 % 60, " min");
    }
    const auto in_days = floor<days>(length).count();
    return std::to_string(in_days) + (in_days == 1 ? " day" : " days");
}

}  // namespace gatepost::cli
