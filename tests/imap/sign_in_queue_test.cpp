#include "imap/sign_in_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>
#include <set>
#include <string>
#include <vector>

namespace gatepost::imap {
namespace {

using testing::ElementsAre;
using Lane = SignInQueue::Lane;

class Queue : public testing::Test {
  protected:
    void enter(const std::string& who, Lane lane = Lane::background,
               const std::string& host = "host") {
        queue.enter(lane, host, [this, who](SignInQueue::Slot slot) {
            started.push_back(who);
            slots.push_back(std::move(slot));
        });
    }

    ~Queue() override { queue.clear(); }

    /// The first one that has a slot gives it back, and the next one may have it at once.
    void leave() {
        const SignInQueue::Slot gone = std::move(slots.front());
        slots.pop_front();
    }

    std::vector<std::string> started;
    std::set<std::string> paced;  ///< hosts that must wait
    SignInQueue queue{2, [this](const std::string& host) { return !paced.contains(host); }};
    std::list<SignInQueue::Slot> slots;  // they go before the queue
};

TEST_F(Queue, LetsAsManyGoAtOnceAsAllowed) {
    for (const char* who : {"a", "b", "c"})
        enter(who);
    EXPECT_THAT(started, ElementsAre("a", "b"));
    EXPECT_EQ(queue.in_flight(), 2U);
}

TEST_F(Queue, LetsTheNextOneGoWhenASlotIsFree) {
    for (const char* who : {"a", "b", "c", "d"})
        enter(who);
    leave();
    EXPECT_THAT(started, ElementsAre("a", "b", "c"));
}

TEST_F(Queue, LetsThoseGoFirstThatAPersonWaitsFor) {
    for (const char* who : {"a", "b", "c"})
        enter(who);
    enter("awaited", Lane::awaited);
    leave();
    leave();
    EXPECT_THAT(started, ElementsAre("a", "b", "awaited", "c"));
}

TEST_F(Queue, GivesHostsTheirTurnsHoweverManyWaitForOne) {
    enter("a1", Lane::background, "a");
    enter("a2", Lane::background, "a");
    for (const char* who : {"a3", "a4", "a5"})
        enter(who, Lane::background, "a");
    enter("b1", Lane::background, "b");
    enter("b2", Lane::background, "b");
    enter("c1", Lane::background, "c");
    while (!slots.empty())
        leave();
    EXPECT_THAT(started, ElementsAre("a1", "a2", "a3", "b1", "c1", "a4", "b2", "a5"));
}

TEST_F(Queue, AHostThatHasToWaitTakesNoSlotAndHoldsNobodyBack) {
    paced = {"slow"};
    enter("now", Lane::awaited, "slow");
    for (const char* who : {"s1", "s2"})
        enter(who, Lane::background, "slow");
    enter("other", Lane::background, "quick");
    EXPECT_THAT(started, ElementsAre("other"));
    EXPECT_EQ(queue.in_flight(), 1U);
    paced.clear();
    queue.resume();
    EXPECT_THAT(started, ElementsAre("other", "now"));
    leave();
    leave();
    EXPECT_THAT(started, ElementsAre("other", "now", "s1", "s2"));
}

TEST(LargeQueue, LeavesSlotsToTheOthersWhenOneHostLetsItsSignInsHang) {
    std::vector<std::string> started;
    SignInQueue queue{8, [](const std::string& /*host*/) { return true; }};
    std::list<SignInQueue::Slot> slots;
    const auto enter = [&](const std::string& host) {
        queue.enter(Lane::background, host, [&, host](SignInQueue::Slot slot) {
            started.push_back(host);
            slots.push_back(std::move(slot));
        });
    };
    for (int i = 0; i < 20; ++i)
        enter("hanging");
    EXPECT_EQ(queue.in_flight(), 6U);
    enter("quick");
    EXPECT_EQ(started.back(), "quick");
    queue.clear();
}

TEST_F(Queue, GoesOnWithoutRecursionWhenManyHaveChangedTheirMinds) {
    enter("a");
    enter("b");
    int asked = 0;
    for (int i = 0; i < 100'000; ++i)
        queue.enter(Lane::background, "host", [&asked](const SignInQueue::Slot&) { ++asked; });
    leave();
    leave();
    EXPECT_EQ(asked, 100'000);
    EXPECT_EQ(queue.in_flight(), 0U);
}

TEST_F(Queue, ForgetsAllWhoWait) {
    for (const char* who : {"a", "b", "c"})
        enter(who);
    queue.clear();
    leave();
    leave();
    EXPECT_THAT(started, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace gatepost::imap
