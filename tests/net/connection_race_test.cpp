#include "net/connection_race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::make_address;
using Event = ConnectionRace::Event;
using testing::ElementsAre;
using testing::Optional;
using testing::SizeIs;

std::vector<address> addresses(const std::vector<std::string>& texts) {
    std::vector<address> result;
    for (const std::string& text : texts)
        result.push_back(make_address(text));
    return result;
}

// The order in which a race tries them, when nobody answers.
std::vector<std::string> order(const std::vector<std::string>& texts) {
    ConnectionRace race(addresses(texts));
    std::vector<std::string> result;
    for (auto next = race.resume(Event::start); next; next = race.resume(Event::delay_passed)) {
        result.push_back(next->to_string());
    }
    return result;
}

auto is(const char* text) {
    return Optional(make_address(text));
}

TEST(ConnectionRace, FamiliesAlternateAndTheFirstStaysFirst) {
    EXPECT_THAT(order({"2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"}),
                ElementsAre("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"));
    EXPECT_THAT(order({"192.0.2.1", "192.0.2.2", "2001:db8::1"}),
                ElementsAre("192.0.2.1", "2001:db8::1", "192.0.2.2"));
    EXPECT_THAT(order({"2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"}),
                ElementsAre("2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"));
    EXPECT_THAT(order({"192.0.2.1", "192.0.2.2"}), ElementsAre("192.0.2.1", "192.0.2.2"));
}

TEST(ConnectionRace, AddressThatOccursTwiceIsTriedOnce) {
    EXPECT_THAT(order({"192.0.2.1", "192.0.2.1", "192.0.2.2"}),
                ElementsAre("192.0.2.1", "192.0.2.2"));
}

TEST(ConnectionRace, AddressesAreBounded) {
    std::vector<std::string> many;
    for (int i = 0; i < 100; ++i)
        many.push_back("192.0.2." + std::to_string(i));
    EXPECT_THAT(order(many), SizeIs(12));
}

TEST(ConnectionRace, NextOneIsTriedWhenTheDelayPasses) {
    ConnectionRace race(addresses({"2001:db8::1", "192.0.2.1"}));
    EXPECT_THAT(race.resume(Event::start), is("2001:db8::1"));
    EXPECT_TRUE(race.has_more());
    EXPECT_THAT(race.resume(Event::delay_passed), is("192.0.2.1"));
    EXPECT_FALSE(race.has_more());
    EXPECT_FALSE(race.is_lost());
}

TEST(ConnectionRace, NextOneIsTriedAtOnceWhenOneFails) {
    ConnectionRace race(addresses({"2001:db8::1", "192.0.2.1"}));
    EXPECT_THAT(race.resume(Event::start), is("2001:db8::1"));
    EXPECT_THAT(race.resume(Event::attempt_failed), is("192.0.2.1"));
    EXPECT_FALSE(race.is_lost());
}

TEST(ConnectionRace, IsLostWhenAllHaveFailed) {
    ConnectionRace race(addresses({"2001:db8::1", "192.0.2.1", "192.0.2.2"}));
    race.resume(Event::start);
    race.resume(Event::delay_passed);
    EXPECT_THAT(race.resume(Event::attempt_failed), is("192.0.2.2"));
    EXPECT_EQ(race.resume(Event::attempt_failed), std::nullopt);
    EXPECT_FALSE(race.is_lost());
    EXPECT_EQ(race.resume(Event::attempt_failed), std::nullopt);
    EXPECT_TRUE(race.is_lost());
}

TEST(ConnectionRace, GoesOnWithThoseInFlightWhenThereAreNoMore) {
    ConnectionRace race(addresses({"192.0.2.1"}));
    race.resume(Event::start);
    EXPECT_EQ(race.resume(Event::delay_passed), std::nullopt);
    EXPECT_FALSE(race.is_lost());
    race.resume(Event::attempt_failed);
    EXPECT_TRUE(race.is_lost());
}

}  // namespace
}  // namespace gatepost::net
