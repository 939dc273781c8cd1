#include "imap/breaker.h"

#include <gtest/gtest.h>

namespace gatepost::imap {
namespace {

using namespace std::chrono_literals;

class HostBreaker : public testing::Test {
  protected:
    static Problem dead() { return problem(ProblemKind::cannot_connect, "refused"); }

    void fail(int times) {
        for (int i = 0; i < times; ++i)
            breaker.failed(dead(), now, [] { return 1.0; });
    }

    Breaker breaker;
    Breaker::Time now = Breaker::Time() + 1h;
};

TEST_F(HostBreaker, LetsEverybodyThroughUntilTheHostFailedSeveralTimes) {
    fail(4);
    EXPECT_FALSE(breaker.ask(now));
    fail(1);
    const auto blocked = breaker.ask(now);
    ASSERT_TRUE(blocked);
    EXPECT_EQ(blocked->problem, dead());
    EXPECT_EQ(blocked->until, now + 1s);
}

TEST_F(HostBreaker, LetsOneProbeThroughForAHundredAccounts) {
    fail(5);
    now += 1s;
    int let_through = 0;
    for (int account = 0; account < 100; ++account)
        let_through += breaker.ask(now) ? 0 : 1;
    EXPECT_EQ(let_through, 1);
}

TEST_F(HostBreaker, ProbesLessAndLessOften) {
    fail(5);
    for (const auto wait : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        EXPECT_TRUE(breaker.ask(now + wait - 1ms));
        now += wait;
        EXPECT_FALSE(breaker.ask(now));
        fail(1);
    }
}

TEST_F(HostBreaker, AttemptsThatBeganBeforeItOpenedDoNotPutTheProbeOff) {
    fail(64);
    EXPECT_EQ(breaker.ask(now)->until, now + 1s);
}

TEST_F(HostBreaker, LetsEverybodyThroughOnceTheHostAnswered) {
    fail(5);
    now += 1s;
    EXPECT_FALSE(breaker.ask(now));
    breaker.succeeded();
    EXPECT_FALSE(breaker.ask(now));
    EXPECT_FALSE(breaker.ask(now));
}

TEST_F(HostBreaker, AProbeThatWasAbandonedMakesRoomForAnother) {
    fail(5);
    now += 1s;
    EXPECT_FALSE(breaker.ask(now));
    EXPECT_TRUE(breaker.ask(now));
    breaker.gave_up();
    EXPECT_FALSE(breaker.ask(now));
}

TEST(HostProblems, AreThoseOfTheWayToTheHostAndNotOfAnAccount) {
    EXPECT_TRUE(is_of_the_host(problem(ProblemKind::cannot_connect, "")));
    EXPECT_TRUE(is_of_the_host(problem(ProblemKind::tls_failed, "")));
    EXPECT_TRUE(is_of_the_host(problem(ProblemKind::timed_out, "")));
    EXPECT_FALSE(is_of_the_host(problem(ProblemKind::sign_in_refused, "")));
    EXPECT_FALSE(is_of_the_host(problem(ProblemKind::provider_unavailable, "")));
}

}  // namespace
}  // namespace gatepost::imap
