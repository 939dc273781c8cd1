#include "imap/hosts.h"

#include <algorithm>

namespace gatepost::imap {
namespace {

// Each has some 300 bytes. Beyond it new hosts are not remembered, and so neither paced nor counted
// as dead: their accounts still back off, and are under way in bounded number.
constexpr std::size_t max_hosts = 10'000;
constexpr std::chrono::seconds full_for{1};
constexpr std::size_t few_hosts = 64;  // not worth a look

// Accounts that are served ask a dead host more often than that: whose host was not asked are gone.
constexpr std::chrono::hours forgotten_after{1};

// Whatever the host has ended, its accounts should not be away for longer than this by our choice.
constexpr std::chrono::minutes longest_spread{5};

// What our side put an end to, before the host could show how it is.
bool tells_nothing(const Problem& problem) {
    return problem.kind == ProblemKind::cancelled ||
           problem.kind == ProblemKind::host_not_allowed || problem.kind == ProblemKind::internal;
}

}  // namespace

Hosts::Hosts(TokenRate pace, Random random)
    : pace_(pace), random_(std::move(random)), forget_at_(few_hosts) {}

// ---- Attempts.

Hosts::Attempt::~Attempt() {
    if (hosts_ == nullptr || !is_probe_) return;
    if (Host* host = hosts_->find(host_)) host->breaker.gave_up();
}

void Hosts::Attempt::succeeded() {
    Hosts* hosts = std::exchange(hosts_, nullptr);
    if (hosts == nullptr) return;
    if (Host* host = hosts->find(host_)) host->breaker.succeeded();
}

void Hosts::Attempt::failed(const Problem& problem, Time now) {
    if (tells_nothing(problem)) return;  // it is given up when it goes
    if (!is_of_the_host(problem)) return succeeded();
    Hosts* hosts = std::exchange(hosts_, nullptr);
    if (hosts == nullptr) return;
    Host* host = hosts->remember(host_, now);
    // An attempt that began before the host counted as dead says nothing new.
    if (host == nullptr || (host->breaker.is_open() && !is_probe_)) return;
    host->breaker.failed(problem, now, hosts->random_);
}

// ---- Hosts.

Hosts::Time Hosts::next_sign_in(const std::string& host) const {
    const auto found = hosts_.find(host);
    return found == hosts_.end() ? Time::min() : found->second.sign_ins.next();
}

std::variant<Hosts::Attempt, Breaker::Blocked> Hosts::begin(const std::string& host, bool insists,
                                                            Time now) {
    Host* known = remember(host, now);
    if (known == nullptr) return Attempt(*this, host, false);
    if (!insists) {
        if (auto blocked = known->breaker.ask(now)) return std::move(*blocked);
    }
    known->sign_ins.take(now);
    return Attempt(*this, host, known->breaker.is_open() && !insists);
}

std::chrono::milliseconds Hosts::lost_session(const std::string& host, Time now) {
    Host* known = remember(host, now);
    if (known == nullptr) return {};
    known->losses.take(now);
    return std::chrono::floor<std::chrono::milliseconds>(
        std::min<net::Clock::duration>(known->losses.missing(now), longest_spread));
}

Hosts::Host* Hosts::find(const std::string& host) {
    const auto found = hosts_.find(host);
    return found == hosts_.end() ? nullptr : &found->second;
}

Hosts::Host* Hosts::remember(const std::string& host, Time now) {
    Host* known = find(host);
    if (known == nullptr) {
        if (hosts_.size() >= forget_at_ && now >= forget_not_before_) forget(now);
        if (hosts_.size() >= max_hosts) return nullptr;
        known = &hosts_.emplace(host, pace_).first->second;
    }
    known->used_at = now;
    return known;
}

// Looked for when there are twice as many as were left the last time, so that it costs nothing.
// Where there is no room for that, now and then.
void Hosts::forget(Time now) {
    std::erase_if(hosts_, [now](const auto& host) { return host.second.is_forgettable(now); });
    forget_at_ = std::min(std::max(few_hosts, 2 * hosts_.size()), max_hosts);
    if (hosts_.size() >= max_hosts) forget_not_before_ = now + full_for;
}

bool Hosts::Host::is_forgettable(Time now) const {
    const bool is_healthy = !breaker.has_failed() && sign_ins.is_full(now) && losses.is_full(now);
    return is_healthy || now - used_at >= forgotten_after;
}

}  // namespace gatepost::imap
