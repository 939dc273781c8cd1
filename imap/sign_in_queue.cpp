#include "imap/sign_in_queue.h"

namespace gatepost::imap {

void SignInQueue::enter(Lane lane, Start start) {
    (lane == Lane::awaited ? awaited_ : background_).push_back(std::move(start));
    admit();
}

void SignInQueue::clear() {
    awaited_.clear();
    background_.clear();
}

void SignInQueue::leave() {
    --in_flight_;
    admit();
}

// A start may let its slot go at once, which comes back here: the loop that runs goes on then.
void SignInQueue::admit() {
    if (std::exchange(is_admitting_, true)) return;
    while (in_flight_ < limit_ && !(awaited_.empty() && background_.empty())) {
        auto& lane = awaited_.empty() ? background_ : awaited_;
        const Start start = std::move(lane.front());
        lane.pop_front();
        ++in_flight_;
        start(Slot(*this));
    }
    is_admitting_ = false;
}

}  // namespace gatepost::imap
