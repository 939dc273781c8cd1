// Every answer of the API: counted, and told to the log. On the front's thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/log.h"

namespace gatepost::daemon {

/// A request and its answer, as far as others may know of them.
struct Exchange {
    std::string method;
    std::string path;  ///< without the query
    unsigned status = 0;
    std::string_view problem;  ///< its name; empty where all went well
    uid_t uid = 0;
    std::chrono::microseconds took{0};
};

class AccessLog {
  public:
    explicit AccessLog(Log& log) : log_(log) {}

    void record(const Exchange& exchange);
    /// An exception, which is a bug, and ended one request only.
    void record_bug(std::string_view what);

    /// By method and status. Methods that HTTP does not have are "other", so that callers cannot
    /// make up series.
    using Counts = std::map<std::pair<std::string, unsigned>, std::uint64_t>;
    [[nodiscard]] const Counts& counts() const { return counts_; }

  private:
    Log& log_;
    Counts counts_;
};

}  // namespace gatepost::daemon
