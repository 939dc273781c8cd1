// Which of a pool's sessions watches INBOX, and when it does not.
#include <algorithm>
#include <utility>

#include "imap/pool.h"

namespace gatepost::imap {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A session that was just used may be wanted again at once: it is spared the way there and back.
constexpr seconds idle_before_watch{1};
// A lease that has the only session is mostly over soon, and changes are found afterwards.
constexpr seconds unwatched_patience{5};
// RFC 2177 3: servers may end what lasts half an hour.
constexpr minutes longest_idle{28};
constexpr minutes unwatchable_for{15};

}  // namespace

void Pool::want_watch(bool wanted, Time now, milliseconds spread) {
    if (std::exchange(watch_wanted_, wanted) == wanted) return;
    (wanted ? watch_not_before_ : watch_until_) = random_time_within(spread, now);
    unwatched_since_ = now;
    proceed(now);
}

void Pool::watching(SessionId session, bool is_told, Time now) {
    Node* node = find(session);
    if (node == nullptr) return;
    node->next_renewal = is_told ? from_half_of(longest_idle, now) : Time::max();
    watch_backoff_.reset();
    heard(session, is_told, now);
}

void Pool::heard(SessionId session, bool is_told, Time now) {
    Node* node = find(session);
    if (node == nullptr) return;
    if (!is_told) {
        node->next_renewal = std::min(node->next_renewal, from_half_of(limits_.keepalive, now));
    }
    node->state = NodeState::watching;
    node->next_probe = node->next_renewal;
    if (node->outdated) {
        actions_.push_back(Close{session});
        erase(session);
    }
    proceed(now);
}

void Pool::unwatchable(SessionId session, Time now) {
    watch_not_before_ = now + unwatchable_for;
    returned(session, now);
}

bool Pool::is_watched() const {
    return std::ranges::any_of(nodes_, [](const Node& node) {
        return !node.outdated &&
               (node.state == NodeState::watching || node.state == NodeState::tending);
    });
}

void Pool::begin_watch(Time now) {
    if (now < next_watch()) return;
    const auto idle = std::ranges::find(nodes_, NodeState::idle, &Node::state);
    idle->state = NodeState::tending;
    idle->next_renewal = Time::max();
    actions_.push_back(BeginWatch{idle->id});
}

// When an idle session goes to watch; Time::max() for none.
Pool::Time Pool::next_watch() const {
    if (!watch_wanted_ || !waiters_.empty() || is_watched()) return Time::max();
    const auto idle = std::ranges::find(nodes_, NodeState::idle, &Node::state);
    if (idle == nodes_.end()) return Time::max();
    return std::max(watch_not_before_, idle->idle_since + idle_before_watch);
}

// For a waiter who would have to wait for another session for longer.
void Pool::end_watch(Time now) {
    if (is_too_early_to_end_watch(now)) return;
    for (Node& node : nodes_) {
        if (node.state != NodeState::watching) continue;
        node.state = NodeState::settling;
        unwatched_since_ = now;
        actions_.push_back(EndWatch{node.id});
    }
}

bool Pool::is_too_early_to_end_watch(Time now) const {
    const auto coming =
        static_cast<std::size_t>(std::ranges::count_if(nodes_, [](const Node& node) {
            return node.state == NodeState::settling || node.state == NodeState::probing;
        }));
    const bool is_in_the_way = waiters_.size() > coming;
    return !is_in_the_way && (watch_wanted_ || now < watch_until_);
}

// When a session more is worth opening for it; Time::max() for never.
Pool::Time Pool::unwatched_at() const {
    if (!watch_wanted_ || is_watched()) return Time::max();
    return std::max(watch_not_before_, unwatched_since_ + unwatched_patience);
}

}  // namespace gatepost::imap
