// How a pool gets its sessions and loses them: how many it opens, what a failure costs, and when
// the next try is.
#include <algorithm>
#include <utility>

#include "imap/pool.h"

namespace gatepost::imap {
namespace {

using State = AccountState::State;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A session that lived so long proves that the account works; what ends earlier counts as a
// failure, or a provider that accepts and closes at once would be asked without end.
constexpr seconds proven_after{60};

// Providers count the sessions of a mailbox, other programs' too. Until then no more are tried than
// there were when one more was too many.
constexpr minutes shrunk_for{5};

milliseconds milliseconds_until(Pool::Time then, Pool::Time now) {
    return std::max(std::chrono::ceil<milliseconds>(then - now), milliseconds(0));
}

}  // namespace

std::size_t sessions_to_open(const Demand& demand, const PoolLimits& limits) {
    const std::size_t available = demand.coming + demand.idle;
    const std::size_t current = available + demand.used;
    const std::size_t total = current + demand.outdated;
    const std::size_t for_keeping = limits.kept > current ? limits.kept - current : 0;
    const std::size_t for_waiters = demand.waiters > available ? demand.waiters - available : 0;
    const std::size_t for_watching = demand.unwatched && available == 0 && for_waiters == 0 ? 1 : 0;
    const std::size_t room = limits.most > total ? limits.most - total : 0;
    return std::min(std::max({for_keeping, for_waiters, for_watching}), room);
}

// ---- What becomes of sign-ins.

void Pool::opened(SessionId session, Time now) {
    Node* node = find(session);
    if (node == nullptr) return;
    if (node->outdated) {
        actions_.push_back(Close{session});
        erase(session);
        return proceed(now);
    }
    node->opened_at = now;
    deferrals_.reset();
    become_idle(*node, now);
    enter(State::live, std::nullopt, {});
    proceed(now);
}

void Pool::open_failed(SessionId session, Problem problem, Time now) {
    const Node* node = find(session);
    if (node == nullptr) return;
    const std::uint64_t version = node->version;
    const bool was_heard_out = node->outdated;
    erase(session);
    if (was_heard_out) {
        // Whether what is served now has the same credentials is not known here.
        if (is_refusal(problem.kind)) {
            actions_.push_back(Announce{version, State::refused, std::move(problem), {}});
        }
        return proceed(now);
    }
    if (is_refusal(problem.kind)) return refuse(std::move(problem));
    back_off(now);
    if (problem.kind == ProblemKind::provider_unavailable && has_session()) shrink(now);
    without_session(std::move(problem), now);
    proceed(now);
}

void Pool::deferred(SessionId session, Problem problem, Time until, Time now) {
    if (find(session) == nullptr) return;
    erase(session);
    retry_at_ = std::max(retry_at_, until + deferrals_.fail(random_));
    without_session(std::move(problem), now);
    proceed(now);
}

void Pool::back_off(Time now) {
    // A session from before the last failure does not prove that one more can be had.
    const bool is_proven = std::ranges::any_of(nodes_, [&](const Node& node) {
        return node.state != NodeState::connecting && node.opened_at > failed_at_ &&
               now - node.opened_at >= proven_after;
    });
    if (is_proven) backoff_.reset();
    // Sign-ins that were under way together fail together, and count once.
    if (now < retry_at_) return;
    failed_at_ = now;
    retry_at_ = now + backoff_.fail(random_);
}

void Pool::shrink(Time now) {
    allowed_ = static_cast<std::size_t>(std::ranges::count_if(
        nodes_, [](const Node& node) { return node.state != NodeState::connecting; }));
    allowed_until_ = now + shrunk_for;
}

// Does nothing while there is another session to go on with.
void Pool::without_session(Problem problem, Time now) {
    if (has_session()) return;
    turn_all_away(problem);
    enter(State::retrying, std::move(problem), milliseconds_until(retry_at_, now));
}

void Pool::refuse(Problem problem) {
    turn_all_away(problem);
    abandon_sign_ins(false);
    retire_sessions(std::nullopt);
    enter(State::refused, std::move(problem), {});
}

void Pool::lost(SessionId session, Problem problem, Time now, milliseconds spread) {
    const Node* node = find(session);
    if (node == nullptr) return;
    const bool was_outdated = node->outdated;
    const bool was_proven = now - node->opened_at >= proven_after;
    const bool began_to_watch =
        node->state == NodeState::tending && node->next_renewal == Time::max();
    // Or what only the watching does not survive would cost the account.
    if (began_to_watch) watch_not_before_ = now + watch_backoff_.fail(random_);
    erase(session);
    if (!was_outdated && version_ != 0) {
        if (was_proven) {
            backoff_.reset();
            spread_at_ = random_time_within(spread, now);
        } else {
            back_off(now);
        }
        if (now < retry_at_) {
            without_session(std::move(problem), now);
        } else if (!has_session()) {
            enter(State::connecting, std::nullopt, {});
        }
    }
    proceed(now);
}

// ---- What is opened.

void Pool::open_wanted(Time now) {
    for (std::size_t count = openings(now); count > 0; --count) {
        Node& node = add(NodeState::connecting, now);
        node.awaited = !waiters_.empty();
        actions_.push_back(Open{node.id, node.awaited});
    }
}

std::size_t Pool::openings(Time now) const {
    if (version_ == 0 || state_ == State::refused) return 0;
    PoolLimits limits = limits_;
    if (now < allowed_until_) limits.most = std::min(limits.most, allowed_);
    std::size_t wanted = sessions_to_open(demand(now), limits);
    if (now < retry_at_ && !(is_insisted() && !has_session())) return 0;
    if (now < spread_at_ && waiters_.empty()) return 0;
    // Until one sign-in has shown that the provider takes the credentials, there is only that one:
    // refusals of several at once lock people out. It may be one from before a pause.
    if (!has_session()) wanted = std::min<std::size_t>(wanted, is_signing_in() ? 0 : 1);
    return wanted;
}

// What can be opened now has been; Time::max() for nothing.
Pool::Time Pool::next_opening() const {
    const Time retry = std::max(retry_at_, spread_at_);
    const Time grown = std::max(retry, allowed_until_);
    const Time unwatched = std::max(retry, unwatched_at());
    for (const Time time : {retry, std::min(grown, unwatched), std::max(grown, unwatched)}) {
        if (openings(time) > 0) return time;
    }
    return Time::max();
}

void Pool::hurry() {
    if (waiters_.empty()) return;
    for (Node& node : nodes_) {
        if (node.state != NodeState::connecting || node.outdated) continue;
        if (!std::exchange(node.awaited, true)) actions_.push_back(Hurry{node.id});
    }
}

}  // namespace gatepost::imap
