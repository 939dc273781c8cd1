#include "net/connection_race.h"

#include <algorithm>
#include <deque>

namespace gatepost::net {
namespace {

using boost::asio::ip::address;

// A host with more would be tried for longer than anyone waits.
constexpr std::size_t max_addresses = 12;

}  // namespace

ConnectionRace::ConnectionRace(const std::vector<address>& addresses) {
    std::deque<address> first_family;
    std::deque<address> other_family;
    for (const address& candidate : addresses) {
        auto& family = candidate.is_v6() == addresses.front().is_v6() ? first_family : other_family;
        if (std::ranges::find(family, candidate) == family.end()) family.push_back(candidate);
    }
    while (addresses_.size() < max_addresses && !(first_family.empty() && other_family.empty())) {
        auto& turn = other_family.empty() || (addresses_.size() % 2 == 0 && !first_family.empty())
                         ? first_family
                         : other_family;
        addresses_.push_back(turn.front());
        turn.pop_front();
    }
}

std::optional<address> ConnectionRace::resume(Event event) {
    if (event == Event::attempt_failed) --in_flight_;
    if (!has_more()) return std::nullopt;
    ++in_flight_;
    return addresses_[next_++];
}

}  // namespace gatepost::net
