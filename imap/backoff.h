// Backoff: how long to wait after failures in a row: exponential with full jitter, so that accounts
// that failed together do not come back together. Pure; the caller brings the randomness.
#pragma once

#include <chrono>
#include <functional>

namespace gatepost::imap {

/// Uniform in [0, 1).
using Random = std::function<double()>;

struct BackoffLimits {
    std::chrono::milliseconds first;  ///< the bound of the first wait; each next one's is twice it
    std::chrono::milliseconds most;
};

class Backoff {
  public:
    explicit constexpr Backoff(BackoffLimits limits) : limits_(limits) {}

    /// One more failure. Answers how long to wait: uniform from nothing to the bound.
    std::chrono::milliseconds fail(const Random& random);
    void reset() { failures_ = 0; }
    [[nodiscard]] int failures() const { return failures_; }

  private:
    BackoffLimits limits_;
    int failures_ = 0;
};

}  // namespace gatepost::imap
