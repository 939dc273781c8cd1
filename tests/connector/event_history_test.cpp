#include "connector/event_history.h"

#include <gtest/gtest.h>

namespace gatepost::connector {
namespace {

StateChange change_of(std::string account) {
    StateChange change;
    change.account = std::move(account);
    return change;
}

std::string account_of(const Event* event) {
    return event == nullptr ? "none" : std::get<StateChange>(event->what).account;
}

/// With a, b, c, d, of which the first is forgotten.
EventHistory small_history() {
    EventHistory history("run", 3);
    for (const char* account : {"a", "b", "c", "d"})
        history.add(change_of(account));
    return history;
}

TEST(EventHistory, TellsWhatCameAfterAnEventInOrder) {
    const EventHistory history = small_history();
    EXPECT_EQ(account_of(history.after(1)), "b");
    EXPECT_EQ(account_of(history.after(2)), "c");
    EXPECT_EQ(account_of(history.after(3)), "d");
    EXPECT_EQ(history.after(4), nullptr);
    EXPECT_EQ(history.after(3)->number, history.last());
}

TEST(EventHistory, GoesOnWhereTheReaderStopped) {
    const EventHistory history = small_history();
    for (EventNumber number = 1; number <= 4; ++number) {
        const auto position = history.position_of(history.id_of(number));
        EXPECT_EQ(position.number, number);
        EXPECT_FALSE(position.gap) << number;
    }
}

TEST(EventHistory, SaysWhenItDoesNotReachBack) {
    const EventHistory history = small_history();
    EXPECT_TRUE(history.reaches_back_to(1))
        << "the first one is forgotten, but all after it are here";
    EXPECT_FALSE(history.reaches_back_to(0));
    const auto position = history.position_of(history.id_of(0));
    EXPECT_EQ(position.gap, Gap::forgotten);
    EXPECT_EQ(position.number, 4U);
}

TEST(EventHistory, KnowsTheIdsOfAnotherRun) {
    const EventHistory history = small_history();
    for (const char* id : {"other-2", "run-5", "run-", "run", "", "-2", "run-2x", "run--2",
                           "run-99999999999999999999", "run-2-2"}) {
        EXPECT_EQ(history.position_of(id).gap, Gap::restarted) << id;
    }
}

TEST(EventHistory, OfNothingHasAnIdToGoOnFrom) {
    EventHistory history("run", 3);
    const std::string id = history.id_of(history.last());
    EXPECT_EQ(history.after(0), nullptr);
    EXPECT_FALSE(history.position_of(id).gap);
    history.add(change_of("a"));
    EXPECT_EQ(account_of(history.after(history.position_of(id).number)), "a");
}

}  // namespace
}  // namespace gatepost::connector
