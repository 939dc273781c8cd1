#include "imap/sign_in_queue.h"

namespace gatepost::imap {
namespace {

// A host that lets sign-ins hang would have all the slots in the end; a quarter is for the others.
std::size_t share_of_a_host(std::size_t limit) {
    return limit - limit / 4;
}

}  // namespace

SignInQueue::SignInQueue(std::size_t limit, MayGo may_go)
    : limit_(limit), limit_of_a_host_(share_of_a_host(limit)), may_go_(std::move(may_go)) {}

void SignInQueue::enter(Lane lane, const std::string& host, Start start) {
    Lines& lines = lane == Lane::awaited ? awaited_ : background_;
    const auto [place, is_new] = lines.by_host.try_emplace(host);
    if (is_new) place->second = lines.turns.insert(lines.turns.end(), Line{host, {}});
    place->second->starts.push_back(std::move(start));
    admit();
}

void SignInQueue::clear() {
    awaited_ = {};
    background_ = {};
}

void SignInQueue::leave(const std::string& host) {
    --in_flight_;
    const auto found = in_flight_at_.find(host);
    if (--found->second == 0) in_flight_at_.erase(found);
    admit();
}

// A start may let its slot go at once, which comes back here: the loop that runs goes on then.
void SignInQueue::admit() {
    if (std::exchange(is_admitting_, true)) return;
    while (in_flight_ < limit_) {
        auto next = take_next(awaited_);
        if (!next) next = take_next(background_);
        if (!next) break;
        ++in_flight_;
        ++in_flight_at_[next->host];
        next->start(Slot(*this, std::move(next->host)));
    }
    is_admitting_ = false;
}

std::optional<SignInQueue::Next> SignInQueue::take_next(Lines& lines) {
    for (std::size_t left = lines.turns.size(); left > 0; --left) {
        // Whoever has had a turn, or could not take it, stands behind the others.
        lines.turns.splice(lines.turns.end(), lines.turns, lines.turns.begin());
        Line& line = lines.turns.back();
        if (!may_go(line.host)) continue;
        Next next{line.host, std::move(line.starts.front())};
        line.starts.pop_front();
        if (line.starts.empty()) {
            lines.by_host.erase(line.host);
            lines.turns.pop_back();
        }
        return next;
    }
    return std::nullopt;
}

bool SignInQueue::may_go(const std::string& host) const {
    const auto at_host = in_flight_at_.find(host);
    if (at_host != in_flight_at_.end() && at_host->second >= limit_of_a_host_) return false;
    return may_go_(host);
}

}  // namespace gatepost::imap
