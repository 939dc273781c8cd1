#include "daemon/duration.h"

#include <array>
#include <charconv>
#include <utility>

namespace gatepost::daemon {
namespace {

using std::chrono::milliseconds;

constexpr std::array units{std::pair{std::string_view("ms"), milliseconds(1)},
                           std::pair{std::string_view("s"), milliseconds(1000)},
                           std::pair{std::string_view("m"), milliseconds(60 * 1000)},
                           std::pair{std::string_view("h"), milliseconds(60 * 60 * 1000)}};

// Far beyond every range of the configuration, and far below an overflow.
constexpr std::int64_t max_number = 1'000'000'000;

}  // namespace

std::optional<milliseconds> duration_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [unit, error] = std::from_chars(text.begin(), text.end(), number);
    if (error != std::errc() || number < 0 || number > max_number) return std::nullopt;
    for (const auto& [name, length] : units) {
        if (name == std::string_view(unit, text.end())) return number * length;
    }
    return std::nullopt;
}

}  // namespace gatepost::daemon
