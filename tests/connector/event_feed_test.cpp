#include "connector/event_feed.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace gatepost::connector {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Reader = EventFeed::Reader;
using namespace std::chrono_literals;

class EventFeedTest : public testing::Test {
  protected:
    std::shared_ptr<EventFeed> make_feed(std::chrono::steady_clock::duration linger = 1h) {
        return std::make_shared<EventFeed>(
            context.get_executor(), [this](bool wanted) { told.push_back(wanted); }, linger);
    }

    /// Runs everything that can run now.
    void settle() {
        context.restart();
        context.poll();
    }

    /// Counts how often the reader's wait has ended.
    void wait(Reader& reader, net::Deadline deadline) {
        boost::asio::co_spawn(context, count_wait(reader, deadline), boost::asio::detached);
        settle();
    }
    boost::asio::awaitable<void> count_wait(Reader& reader, net::Deadline deadline) {
        co_await reader.wait(reader.history().last(), deadline);
        ++woken;
    }

    boost::asio::io_context context;
    std::vector<bool> told;
    int woken = 0;
};

TEST_F(EventFeedTest, WakesEveryReaderWhenSomethingHappens) {
    const auto feed = make_feed();
    Reader one(feed, false);
    Reader other(feed, false);
    wait(one, net::after(1h));
    wait(other, net::after(1h));
    EXPECT_EQ(woken, 0);
    feed->add(StateChange());
    settle();
    EXPECT_EQ(woken, 2);
}

TEST_F(EventFeedTest, DoesNotLetAReaderWaitForWhatIsThere) {
    const auto feed = make_feed();
    Reader reader(feed, false);
    feed->add(StateChange());
    boost::asio::co_spawn(context, reader.wait(0, net::after(1h)), boost::asio::detached);
    context.run();  // returns, since nothing waits
}

TEST_F(EventFeedTest, WakesAReaderAtItsDeadline) {
    const auto feed = make_feed();
    Reader reader(feed, false);
    wait(reader, net::Clock::now());
    EXPECT_EQ(woken, 1);
}

TEST_F(EventFeedTest, WatchesMailboxesWhileSomebodyWantsToKnow) {
    const auto feed = make_feed(0s);
    Reader only_states(feed, false);
    EXPECT_THAT(told, IsEmpty());
    {
        Reader first(feed, true);
        EXPECT_THAT(told, ElementsAre(true));
        Reader second(feed, true);
    }
    settle();
    EXPECT_THAT(told, ElementsAre(true, false));
    Reader third(feed, true);
    EXPECT_THAT(told, ElementsAre(true, false, true));
}

TEST_F(EventFeedTest, GoesOnWatchingForAReaderWhoComesBack) {
    const auto feed = make_feed();
    std::string id;
    {
        Reader reader(feed, true);
        id = feed->history().id_of(feed->history().last());
    }
    settle();
    Reader again(feed, true);
    settle();
    EXPECT_THAT(told, ElementsAre(true));
    EXPECT_EQ(feed->history().after(feed->history().position_of(id).number), nullptr);
}

TEST_F(EventFeedTest, ShowsThatMailboxesWereNotWatched) {
    const auto feed = make_feed(0s);
    EventNumber left = 0;
    {
        Reader reader(feed, true);
        left = feed->history().last();
    }
    settle();
    Reader again(feed, true);
    const Event* missed = feed->history().after(left);
    ASSERT_NE(missed, nullptr);
    EXPECT_TRUE(std::holds_alternative<WatchBegan>(missed->what));
}

TEST_F(EventFeedTest, WatchesNothingOnceItIsClosed) {
    const auto feed = make_feed(0s);
    auto reader = std::make_unique<Reader>(feed, true);
    feed->close();
    reader.reset();
    settle();
    Reader late(feed, true);
    EXPECT_THAT(told, ElementsAre(true));
}

TEST_F(EventFeedTest, HasIdsOfItsOwn) {
    const auto feed = make_feed();
    const auto next_run = make_feed();
    EXPECT_EQ(next_run->history().position_of(feed->history().id_of(0)).gap, Gap::restarted);
}

}  // namespace
}  // namespace gatepost::connector
