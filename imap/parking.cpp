#include "imap/parking.h"

#include <utility>

namespace gatepost::imap {
namespace {

// The account is stored in between, which takes milliseconds, or seconds on a slow disk.
constexpr std::chrono::seconds parking_time{30};

}  // namespace

std::unique_ptr<Session> Parking::park(const std::string& account, std::uint64_t version,
                                       std::unique_ptr<Session> session, Time now) {
    std::unique_ptr<Session> before = take(account);
    places_.emplace(account, Place{version, std::move(session), now + parking_time});
    return before;
}

std::unique_ptr<Session> Parking::take(const std::string& account, std::uint64_t version) {
    const auto found = places_.find(account);
    if (found == places_.end() || found->second.version != version) return nullptr;
    return take(account);
}

std::unique_ptr<Session> Parking::take(const std::string& account) {
    auto place = places_.extract(account);
    return place.empty() ? nullptr : std::move(place.mapped().session);
}

std::vector<std::unique_ptr<Session>> Parking::take_expired(Time now) {
    std::vector<std::unique_ptr<Session>> expired;
    for (auto place = places_.begin(); place != places_.end();) {
        if (place->second.until > now) {
            ++place;
            continue;
        }
        expired.push_back(std::move(place->second.session));
        place = places_.erase(place);
    }
    return expired;
}

std::vector<std::unique_ptr<Session>> Parking::take_all() {
    return take_expired(Time::max());
}

}  // namespace gatepost::imap
