#include "daemon/access_log.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "imap/printable.h"

namespace gatepost::daemon {
namespace {

constexpr std::array<std::string_view, 6> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

constexpr std::size_t max_path_shown = 256;

bool only_reads(const std::string& method) {
    return method == "GET" || method == "HEAD";
}

// What changes something is worth a line; what only asks would drown it.
LogLevel level_of(const Exchange& exchange) {
    if (exchange.status >= 500 && exchange.status != 503) return LogLevel::error;
    return only_reads(exchange.method) ? LogLevel::debug : LogLevel::info;
}

}  // namespace

void AccessLog::record(const Exchange& exchange) {
    const bool known = std::ranges::find(methods, exchange.method) != methods.end();
    const std::string method = known ? exchange.method : "other";
    ++counts_[{method, exchange.status}];
    log_.write(level_of(exchange), "A request was answered.",
               {{"method", method},
                {"path", imap::printable(exchange.path, max_path_shown)},
                {"status", std::to_string(exchange.status)},
                {"problem", std::string(exchange.problem.empty() ? "none" : exchange.problem)},
                {"uid", std::to_string(exchange.uid)},
                {"ms", fmt::format("{:.1f}", static_cast<double>(exchange.took.count()) / 1000)}});
}

void AccessLog::record_bug(std::string_view what) {
    log_.error("A request ended by an exception, which is a bug.", {{"what", std::string(what)}});
}

}  // namespace gatepost::daemon
