#include "daemon/peer_limit.h"

#include <utility>

namespace gatepost::daemon {

struct PeerLimit::Place::Counts {
    std::map<uid_t, std::size_t> of_user;
    std::size_t in_all = 0;
};

PeerLimit::Place::Place(std::shared_ptr<Counts> counts, uid_t user)
    : counts_(std::move(counts)), user_(user) {
    ++counts_->of_user[user_];
    ++counts_->in_all;
}

PeerLimit::Place::~Place() {
    if (!counts_) return;
    --counts_->in_all;
    const auto count = counts_->of_user.find(user_);
    if (--count->second == 0) counts_->of_user.erase(count);
}

PeerLimit::PeerLimit(std::size_t per_user, std::size_t in_all)
    : per_user_(per_user), in_all_(in_all), counts_(std::make_shared<Place::Counts>()) {}

std::optional<PeerLimit::Place> PeerLimit::admit(uid_t user) {
    const auto count = counts_->of_user.find(user);
    const std::size_t of_user = count == counts_->of_user.end() ? 0 : count->second;
    if (of_user >= per_user_ || counts_->in_all >= in_all_) return std::nullopt;
    return Place(counts_, user);
}

}  // namespace gatepost::daemon
