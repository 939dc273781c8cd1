// Token bucket: lets something happen a certain number of times at once, and so often in the long
// run. Kept as the time at which the bucket will be full again, which is all there is to know.
// Pure.
#pragma once

#include <algorithm>

#include "net/deadline.h"

namespace gatepost::imap {

struct TokenRate {
    net::Clock::duration interval;  ///< a token comes so often
    int burst;                      ///< as many are there at most; at least 1
};

class TokenBucket {
  public:
    using Time = net::Clock::time_point;

    /// Full.
    explicit constexpr TokenBucket(TokenRate rate) : rate_(rate) {}

    /// When the next token can be taken: now, where that has passed.
    [[nodiscard]] Time next() const {
        return full_at_ == Time::min() ? full_at_ : full_at_ - rate_.interval * (rate_.burst - 1);
    }
    /// Takes one, also where none is left: those who come later wait the longer.
    void take(Time now) { full_at_ = std::max(full_at_, now) + rate_.interval; }
    [[nodiscard]] bool is_full(Time now) const { return full_at_ <= now; }
    /// How long it takes to fill up.
    [[nodiscard]] net::Clock::duration missing(Time now) const {
        return std::max(full_at_, now) - now;
    }

  private:
    TokenRate rate_;
    Time full_at_ = Time::min();
};

}  // namespace gatepost::imap
