// Breaker: keeps the accounts of a dead mail server from asking one after the other. When sign-ins
// failed several times in a row because of the host, not the account, one probe at a time is let
// through; the others fail with what the last one failed with. One for each host; pure.
#pragma once

#include <chrono>
#include <optional>

#include "core/problem.h"
#include "imap/backoff.h"
#include "net/deadline.h"

namespace gatepost::imap {

/// True for what is wrong with the host or the way to it, for all of its accounts alike.
bool is_of_the_host(const Problem& problem);

class Breaker {
  public:
    using Time = net::Clock::time_point;

    Breaker();

    /// Why nobody should try the host now, and when it may be worth asking again.
    struct Blocked {
        Problem problem;
        Time until;
    };
    /// Nothing: go on, and report the outcome.
    std::optional<Blocked> ask(Time now);

    /// The host answered, whatever it said.
    void succeeded();
    /// A problem of the host.
    void failed(Problem problem, Time now, const Random& random);
    /// An attempt ended without telling anything of the host.
    void gave_up();

    [[nodiscard]] bool is_open() const { return problem_.has_value(); }
    /// Since it succeeded last.
    [[nodiscard]] bool has_failed() const { return failures_ > 0; }

  private:
    Backoff probes_;
    int failures_ = 0;
    std::optional<Problem> problem_;  ///< of the last failure, while the host counts as dead
    Time next_probe_{};
    bool probing_ = false;
    Time probe_over_{};  ///< when a probe that nobody reported of counts as given up
};

}  // namespace gatepost::imap
