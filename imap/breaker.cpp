#include "imap/breaker.h"

#include <utility>

namespace gatepost::imap {
namespace {

constexpr int failures_to_open = 5;  // a single account on a bad line shall not shut out the others

// A host that was restarted should not stay unused for long: probes are cheap, being one.
constexpr BackoffLimits probing{std::chrono::seconds(1), std::chrono::seconds(30)};

// While a probe is under way nobody knows when it ends; most hosts answer within this.
constexpr std::chrono::seconds probe_patience{2};
constexpr std::chrono::seconds longest_probe{60};  // a credential and a sign-in, 30 s each

}  // namespace

bool is_of_the_host(const Problem& problem) {
    return problem.kind == ProblemKind::cannot_connect || problem.kind == ProblemKind::tls_failed ||
           problem.kind == ProblemKind::timed_out;
}

Breaker::Breaker() : probes_(probing) {}

std::optional<Breaker::Blocked> Breaker::ask(Time now) {
    if (!problem_) return std::nullopt;
    if (probing_ && now < probe_over_) return Blocked{*problem_, now + probe_patience};
    if (now < next_probe_) return Blocked{*problem_, next_probe_};
    probing_ = true;
    probe_over_ = now + longest_probe;
    return std::nullopt;
}

void Breaker::succeeded() {
    *this = Breaker();
}

void Breaker::failed(Problem problem, Time now, const Random& random) {
    const bool was_probe = std::exchange(probing_, false);
    // Attempts that began before it opened end later, and say nothing new.
    if (++failures_ < failures_to_open || (is_open() && !was_probe)) return;
    problem_ = std::move(problem);
    next_probe_ = now + probes_.fail(random);
}

void Breaker::gave_up() {
    probing_ = false;
}

}  // namespace gatepost::imap
