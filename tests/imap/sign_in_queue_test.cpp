#include "imap/sign_in_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>
#include <string>
#include <vector>

namespace gatepost::imap {
namespace {

using testing::ElementsAre;
using Lane = SignInQueue::Lane;

class Queue : public testing::Test {
  protected:
    void enter(const std::string& who, Lane lane = Lane::background) {
        queue.enter(lane, [this, who](SignInQueue::Slot slot) {
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
    SignInQueue queue{2};
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

TEST_F(Queue, GoesOnWithoutRecursionWhenManyHaveChangedTheirMinds) {
    enter("a");
    enter("b");
    int asked = 0;
    for (int i = 0; i < 100'000; ++i)
        queue.enter(Lane::background, [&asked](const SignInQueue::Slot&) { ++asked; });
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
