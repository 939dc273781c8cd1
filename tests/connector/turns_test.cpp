#include "connector/turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace gatepost::connector {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;

struct Log {
    asio::io_context context;
    Turns turns{context.get_executor()};
    std::vector<std::string> lines;
    std::vector<std::shared_ptr<Reply<bool>>> gates;

    // Lets everyone go, since no turn may outlive its table.
    ~Log() {
        for (const auto& gate : gates)
            gate->set(true);
        context.poll();
    }
};

// Holds the account's turn until the gate opens, and says when it got it and when it let it go.
asio::awaitable<void> hold(Log& log, std::string account, std::string who,
                           std::shared_ptr<Reply<bool>> gate) {
    const auto turn = co_await log.turns.take(account);
    log.lines.push_back(who + " has it");
    co_await gate->wait(no_deadline);
    log.lines.push_back(who + " lets go");
}

std::shared_ptr<Reply<bool>> start(Log& log, std::string account, std::string who) {
    auto gate = std::make_shared<Reply<bool>>(log.context.get_executor());
    log.gates.push_back(gate);
    asio::co_spawn(log.context, hold(log, std::move(account), std::move(who), gate),
                   asio::detached);
    log.context.restart();
    log.context.poll();
    return gate;
}

TEST(Turns, OneAccountIsInOneHandAtATimeInTheOrderOfAsking) {
    Log log;
    const auto first = start(log, "a", "first");
    const auto second = start(log, "a", "second");
    const auto third = start(log, "a", "third");
    EXPECT_THAT(log.lines, ElementsAre("first has it"));
    third->set(true);
    second->set(true);
    first->set(true);
    log.context.poll();
    EXPECT_THAT(log.lines, ElementsAre("first has it", "first lets go", "second has it",
                                       "second lets go", "third has it", "third lets go"));
}

TEST(Turns, AccountsDoNotWaitForEachOther) {
    Log log;
    const auto first = start(log, "a", "first");
    const auto other = start(log, "b", "other");
    EXPECT_THAT(log.lines, ElementsAre("first has it", "other has it"));
}

TEST(Turns, AreFreeAgainWhenTheLastOneHasFinished) {
    Log log;
    start(log, "a", "first")->set(true);
    log.context.poll();
    const auto second = start(log, "a", "second");
    EXPECT_THAT(log.lines, ElementsAre("first has it", "first lets go", "second has it"));
}

TEST(Reply, SetBeforeItIsWaitedForIsThereAtOnce) {
    Log log;
    start(log, "a", "early")->set(true);
    EXPECT_GT(log.context.poll(), 0U);
    EXPECT_THAT(log.lines, ElementsAre("early has it", "early lets go"));
}

asio::awaitable<void> wait_until(std::shared_ptr<Reply<int>> reply, net::Deadline deadline,
                                 std::optional<int>& seen, bool& done) {
    seen = co_await reply->wait(deadline);
    done = true;
}

TEST(Reply, IsNothingOnceTheDeadlineHasPassed) {
    asio::io_context context;
    const auto reply = std::make_shared<Reply<int>>(context.get_executor());
    std::optional<int> seen = 1;
    bool done = false;
    asio::co_spawn(context, wait_until(reply, net::Clock::now(), seen, done), asio::detached);
    context.run();
    EXPECT_TRUE(done);
    EXPECT_FALSE(seen);
}

TEST(Reply, OnlyTheFirstAnswerCounts) {
    asio::io_context context;
    const auto reply = std::make_shared<Reply<int>>(context.get_executor());
    reply->set(7);
    reply->set(8);
    std::optional<int> seen;
    bool done = false;
    asio::co_spawn(context, wait_until(reply, no_deadline, seen, done), asio::detached);
    context.run();
    EXPECT_EQ(seen, 7);
}

}  // namespace
}  // namespace gatepost::connector
