#include "imap/pool.h"

#include <algorithm>
#include <utility>

namespace gatepost::imap {
namespace {

using State = AccountState::State;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr BackoffLimits reconnecting{seconds(1), minutes(15)};

// Behind the time at which a dead host is asked again: its accounts would all come at once, and all
// but one be sent away again. The others come while it is shown to live.
constexpr BackoffLimits deferring{seconds(5), minutes(2)};

// After a session that did not survive that it began to watch.
constexpr BackoffLimits beginning_watch{minutes(1), minutes(15)};

constexpr seconds waiter_patience{30};    // as long as a sign-in may take
constexpr std::size_t max_waiters = 100;  // each holds a descriptor
constexpr seconds surplus_idle{60};       // sessions that were opened for a burst of clients

// Providers say something now and then (TLS tickets, notices), and end sessions by it: it is looked
// at without delay, but not without bound.
constexpr TokenRate disturbing{seconds(30), 4};

// Mail comes in bursts, and is news at once; a provider that never ends is not listened to so
// often.
constexpr TokenRate telling{seconds(1), 10};

Problem waited_too_long() {
    return problem(ProblemKind::overloaded,
                   "All sessions of the account are in use. Try again later.");
}

Problem still_connecting() {
    return problem(ProblemKind::overloaded,
                   "The account is still being connected. Try again later.");
}

Problem too_many_waiters() {
    return problem(ProblemKind::overloaded,
                   "Too many clients wait for a session of the account. Try again later.");
}

}  // namespace

Pool::Pool(PoolLimits limits, Random random)
    : limits_(limits),
      random_(std::move(random)),
      backoff_(reconnecting),
      deferrals_(deferring),
      watch_backoff_(beginning_watch) {}

std::vector<Pool::Action> Pool::take_actions() {
    return std::exchange(actions_, {});
}

// ---- What is served.

Pool::SessionId Pool::serve(std::uint64_t version, bool signed_in, Time now) {
    if (version <= version_) return 0;
    abandon_sign_ins(false);
    retire_sessions(std::nullopt);
    version_ = version;
    backoff_.reset();
    deferrals_.reset();
    failed_at_ = Time::min();
    retry_at_ = Time::min();
    spread_at_ = Time::min();
    allowed_until_ = Time::min();
    state_ = State::connecting;  // of the new version nothing was announced yet
    SessionId adopted = 0;
    if (signed_in) {
        adopted = add(NodeState::idle, now).id;
        become_idle(*find(adopted), now);
        enter(State::live, std::nullopt, {});
    } else {
        enter(State::connecting, std::nullopt, {});
    }
    proceed(now);
    return adopted;
}

void Pool::withdraw(const Problem& reason, bool for_good) {
    version_ = 0;
    turn_all_away(reason);
    if (for_good) {
        abandon_sign_ins(true);
    } else {
        hear_sign_ins_out();
    }
    retire_sessions(reason);
}

// Takes the sessions out of the pool; those in use stay as outdated ones until their use is over.
void Pool::retire_sessions(const std::optional<Problem>& ending_uses) {
    const auto is_resting = [](const Node& node) {
        return node.state == NodeState::idle || node.state == NodeState::watching;
    };
    for (Node& node : nodes_) {
        if (node.state == NodeState::connecting) continue;
        node.outdated = true;
        if (is_resting(node)) {
            actions_.push_back(Close{node.id});
        } else if (ending_uses) {
            actions_.push_back(EndUse{node.id, *ending_uses});
        }
    }
    std::erase_if(nodes_, is_resting);
}

void Pool::abandon_sign_ins(bool heard_out_too) {
    const auto is_abandoned = [heard_out_too](const Node& node) {
        return node.state == NodeState::connecting && (heard_out_too || !node.outdated);
    };
    for (const Node& node : nodes_) {
        if (is_abandoned(node)) actions_.push_back(Abandon{node.id});
    }
    std::erase_if(nodes_, is_abandoned);
}

void Pool::hear_sign_ins_out() {
    for (Node& node : nodes_) {
        if (node.state != NodeState::connecting || std::exchange(node.outdated, true)) continue;
        actions_.push_back(HearOut{node.id});
    }
}

// ---- Sessions in use and after it.

void Pool::ended(SessionId session) {
    if (Node* node = find(session)) node->state = NodeState::settling;
}

void Pool::returned(SessionId session, Time now) {
    Node* node = find(session);
    if (node == nullptr) return;
    if (node->outdated) {
        actions_.push_back(Close{session});
        erase(session);
    } else {
        become_idle(*node, now);
    }
    proceed(now);
}

void Pool::discarded(SessionId session, Time now) {
    erase(session);
    proceed(now);
}

void Pool::disturbed(SessionId session, Time now) {
    Node* node = find(session);
    const bool is_resting =
        node != nullptr && (node->state == NodeState::idle || node->state == NodeState::watching);
    if (!is_resting) return;
    const bool is_watching = node->state == NodeState::watching;
    TokenBucket& bound = is_watching ? node->news : node->disturbances;
    if (bound.next() > now) {
        node->next_probe = std::min(node->next_probe, bound.next());
        return;
    }
    bound.take(now);
    if (is_watching) {
        node->state = NodeState::tending;
        actions_.push_back(Hear{session});
    } else {
        node->state = NodeState::probing;
        actions_.push_back(Probe{session});
    }
}

// ---- Waiting and time.

Pool::WaiterId Pool::wait(bool insists, Time now) {
    const WaiterId waiter = ++last_waiter_;
    const bool hopeless = state_ == State::refused || (state_ == State::retrying && !insists);
    if (version_ == 0) {
        actions_.push_back(
            TurnAway{waiter, problem(ProblemKind::account_paused, "The account is not served.")});
    } else if (hopeless) {
        actions_.push_back(TurnAway{waiter, *problem_});
    } else if (waiters_.size() >= max_waiters) {
        actions_.push_back(TurnAway{waiter, too_many_waiters()});
    } else {
        waiters_.push_back({waiter, insists, now + waiter_patience});
        proceed(now);
    }
    return waiter;
}

void Pool::tick(Time now) {
    while (!waiters_.empty() && waiters_.front().until <= now) {
        actions_.push_back(
            TurnAway{waiters_.front().id, has_session() ? waited_too_long() : still_connecting()});
        waiters_.erase(waiters_.begin());
    }
    for (std::size_t i = 0; i < nodes_.size();) {
        Node& node = nodes_[i];
        if (node.state == NodeState::idle && is_surplus() &&
            now >= node.idle_since + surplus_idle) {
            actions_.push_back(Close{node.id});
            erase(node.id);
            continue;
        }
        if (node.state == NodeState::idle && now >= node.next_probe) {
            node.disturbances.take(now);
            node.state = NodeState::probing;
            actions_.push_back(Probe{node.id});
        }
        if (node.state == NodeState::watching && now >= node.next_probe) {
            node.news.take(now);
            node.state = NodeState::tending;
            actions_.push_back(RenewWatch{node.id});
        }
        ++i;
    }
    proceed(now);
}

Pool::Time Pool::wake() const {
    Time next = Time::max();
    if (!waiters_.empty()) next = waiters_.front().until;
    next = std::min({next, next_opening(), next_watch()});
    for (const Node& node : nodes_) {
        if (node.state == NodeState::watching) {
            next = std::min(next, watch_wanted_ ? node.next_probe : watch_until_);
        }
        if (node.state != NodeState::idle) continue;
        next = std::min(next, node.next_probe);
        if (is_surplus()) next = std::min(next, node.idle_since + surplus_idle);
    }
    return next;
}

bool Pool::is_surplus() const {
    return nodes_.size() > limits_.kept;
}

// ---- What follows.

// Waiters get what is idle, and what is missing is opened.
void Pool::proceed(Time now) {
    if (version_ == 0 || state_ == State::refused) return;
    hand_out(now);
    end_watch(now);
    open_wanted(now);
    hurry();
    begin_watch(now);
}

void Pool::hand_out(Time now) {
    while (!waiters_.empty()) {
        // The one that was used last, so that surplus ones grow old.
        Node* best = nullptr;
        for (Node& node : nodes_) {
            if (node.state != NodeState::idle) continue;
            if (best == nullptr || node.idle_since > best->idle_since) best = &node;
        }
        if (best == nullptr) return;
        best->state = NodeState::used;
        best->idle_since = now;
        actions_.push_back(HandOut{best->id, waiters_.front().id});
        waiters_.erase(waiters_.begin());
    }
}

Demand Pool::demand(Time now) const {
    Demand demand;
    demand.waiters = waiters_.size();
    demand.unwatched = now >= unwatched_at();
    for (const Node& node : nodes_) {
        const bool is_used = node.state == NodeState::used;
        const bool is_idle = node.state == NodeState::idle || node.state == NodeState::watching;
        ++(node.outdated ? demand.outdated
           : is_used     ? demand.used
           : is_idle     ? demand.idle
                         : demand.coming);
    }
    return demand;
}

bool Pool::has_session() const {
    return std::ranges::any_of(nodes_, [](const Node& node) {
        return node.state != NodeState::connecting && !node.outdated;
    });
}

bool Pool::is_signing_in() const {
    return std::ranges::any_of(
        nodes_, [](const Node& node) { return node.state == NodeState::connecting; });
}

bool Pool::is_insisted() const {
    return std::ranges::any_of(waiters_, &Waiter::insists);
}

bool Pool::is_current(SessionId session) const {
    return std::ranges::any_of(
        nodes_, [session](const Node& node) { return node.id == session && !node.outdated; });
}

bool Pool::is_opening(SessionId session) const {
    return std::ranges::any_of(nodes_, [session](const Node& node) {
        return node.id == session && node.state == NodeState::connecting;
    });
}

SessionCounts Pool::counts() const {
    SessionCounts counts;
    for (const Node& node : nodes_) {
        ++(node.state == NodeState::connecting ? counts.connecting
           : node.state == NodeState::used     ? counts.leased
                                               : counts.idle);
    }
    return counts;
}

// ---- Bookkeeping.

Pool::Node* Pool::find(SessionId session) {
    const auto found = std::ranges::find(nodes_, session, &Node::id);
    return found == nodes_.end() ? nullptr : &*found;
}

void Pool::erase(SessionId session) {
    std::erase_if(nodes_, [session](const Node& node) { return node.id == session; });
}

Pool::Node& Pool::add(NodeState state, Time now) {
    return nodes_.emplace_back(Node{++last_session_, version_, state, false, false, now, now,
                                    Time::max(), Time::max(), TokenBucket(disturbing),
                                    TokenBucket(telling)});
}

void Pool::become_idle(Node& node, Time now) {
    // A probe is no use: with a short keepalive a session would never have been idle for long.
    if (node.state != NodeState::probing) node.idle_since = now;
    node.state = NodeState::idle;
    node.next_probe = from_half_of(limits_.keepalive, now);
}

// From half of it to all of it: what began together is not due together.
Pool::Time Pool::from_half_of(milliseconds whole, Time now) const {
    return random_time_within(whole / 2, now + whole / 2);
}

Pool::Time Pool::random_time_within(milliseconds spread, Time now) const {
    return now + milliseconds(static_cast<milliseconds::rep>(random_() *
                                                             static_cast<double>(spread.count())));
}

void Pool::turn_all_away(const Problem& reason) {
    for (const Waiter& waiter : std::exchange(waiters_, {}))
        actions_.push_back(TurnAway{waiter.id, reason});
}

// Told on every change; each retry is one, since it has another time.
void Pool::enter(State state, std::optional<Problem> problem, milliseconds retry_in) {
    const bool is_news = state != state_ || state == State::retrying || state == State::connecting;
    state_ = state;
    problem_ = std::move(problem);
    if (is_news) actions_.push_back(Announce{version_, state_, problem_, retry_in});
}

}  // namespace gatepost::imap
