#include "daemon/peer_limit.h"

#include <gtest/gtest.h>

#include <vector>

namespace gatepost::daemon {
namespace {

TEST(PeerLimit, ShutsOutTheUserWhoHasTooManyAndNobodyElse) {
    PeerLimit limit(2, 10);
    const auto first = limit.admit(1);
    const auto second = limit.admit(1);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(limit.admit(1));
    EXPECT_TRUE(limit.admit(2));
}

TEST(PeerLimit, GivesAPlaceBackWhenItGoes) {
    PeerLimit limit(1, 1);
    auto place = limit.admit(1);
    EXPECT_FALSE(limit.admit(1));
    const std::vector<PeerLimit::Place> moved_to = [&] {
        std::vector<PeerLimit::Place> places;
        places.push_back(std::move(*place));
        return places;
    }();
    place.reset();
    EXPECT_FALSE(limit.admit(1)) << "a place that was moved is still taken";
}

TEST(PeerLimit, IsFreeAgainAfterAll) {
    PeerLimit limit(1, 1);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(limit.admit(1));
}

TEST(PeerLimit, HoldsForAllTogether) {
    PeerLimit limit(2, 2);
    const auto first = limit.admit(1);
    const auto second = limit.admit(2);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(limit.admit(3));
}

TEST(PeerLimit, MayGoBeforeItsPlaces) {
    auto limit = std::make_unique<PeerLimit>(1, 1);
    const auto place = limit->admit(1);
    limit.reset();
    EXPECT_TRUE(place);
}

}  // namespace
}  // namespace gatepost::daemon
