// How a pool watches INBOX, and still has a session for everybody who wants one.
#include "pool_conversation.h"

namespace gatepost::imap {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class AWatchingPool : public APool {};

TEST_F(AWatchingPool, WatchesWithASessionThatHasBeenIdleForAMoment) {
    be_live();
    const auto begin = now;
    pool.want_watch(true, now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_THAT(next(), ElementsAre("watch by 1"));
    EXPECT_EQ(now, begin + 1s);
    pool.watching(1, true, now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_EQ(pool.counts().idle, 1U);
}

TEST_F(AWatchingPool, WatchesHoweverOftenASessionIsProbed) {
    pool = Pool({1, 5, 1s}, [this] { return chance; });
    be_live();
    const auto begin = now;
    pool.want_watch(true, now);
    EXPECT_THAT(next(), ElementsAre("probe 1"));
    pool.returned(1, now);
    EXPECT_THAT(next(), ElementsAre("watch by 1"));
    EXPECT_EQ(now, begin + 1s);
}

TEST_F(AWatchingPool, BeginsToWatchAtARandomMomentWhenManyDo) {
    be_live();
    const auto begin = now;
    pool.want_watch(true, now, 20s);
    EXPECT_THAT(next(), ElementsAre("watch by 1"));
    EXPECT_EQ(now, begin + 10s);
}

TEST_F(AWatchingPool, RenewsIdleInLessThanHalfAnHourForAWeekWhateverItHears) {
    for (const double fraction : {0.0, 0.999}) {
        chance = fraction;
        limits(1, 5);
        be_watching();
        const auto end = now + 7 * 24h;
        auto renewed = now;
        while (now < end) {
            pool.disturbed(1, now + 1s);
            ASSERT_THAT(wants(), ElementsAre("hear 1"));
            pool.heard(1, true, now + 1s);
            ASSERT_THAT(next(), ElementsAre("renew watch by 1"));
            ASSERT_LT(now - renewed, 29min);
            ASSERT_GE(now - renewed, 14min);
            pool.watching(1, true, now);
            renewed = now;
        }
    }
}

TEST_F(AWatchingPool, AsksAProviderThatTellsNothingByItself) {
    be_watching(false);
    const auto asked = now;
    EXPECT_THAT(next(), ElementsAre("renew watch by 1"));
    EXPECT_LE(now, asked + 9min);
}

TEST_F(AWatchingPool, AsksAProviderThatTellsNothingAnyMore) {
    be_watching();
    pool.disturbed(1, now);
    wants();
    pool.heard(1, false, now);
    const auto told = now;
    EXPECT_THAT(next(), ElementsAre("renew watch by 1"));
    EXPECT_LE(now, told + 9min);
}

TEST_F(AWatchingPool, AsksInTimeHoweverOftenAProviderSaysSomethingElse) {
    be_watching(false);
    const auto asked = now;
    std::vector<std::string> wanted;
    while (now < asked + 9min && wanted != std::vector<std::string>{"renew watch by 1"}) {
        now += 1min;
        pool.tick(now);
        pool.disturbed(1, now);
        wanted = wants();
        pool.heard(1, false, now);
    }
    EXPECT_THAT(wanted, ElementsAre("renew watch by 1"));
}

TEST_F(AWatchingPool, ListensToAProviderThatNeverEndsOnlyNowAndThen) {
    be_watching();
    const auto end = now + 1h;
    int heard = 0;
    while (now < end) {
        pool.disturbed(1, now);
        const auto wanted = wants();
        if (wanted.empty()) {
            ASSERT_THAT(next(), ElementsAre("renew watch by 1"));
            pool.watching(1, true, now);
        } else {
            ASSERT_THAT(wanted, ElementsAre("hear 1"));
            pool.heard(1, true, now);
        }
        ++heard;
    }
    EXPECT_LE(heard, 3600 + 10);
}

TEST_F(AWatchingPool, LeasesTakeAnotherIdleSessionThanTheWatchingOne) {
    limits(2, 5);
    be_watching();
    pool.opened(2, now);
    wants();
    pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("hand 2 to 1"));
}

TEST_F(AWatchingPool, LeasesTakeTheWatchingSessionWhereThereIsNoOther) {
    be_watching();
    pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("end watch by 1"));
    pool.returned(1, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 1"));
    pool.ended(1);
    pool.returned(1, now);
    EXPECT_THAT(next(), ElementsAre("watch by 1"));
}

TEST_F(AWatchingPool, ALeaseThatComesWhileTheWatchBeginsWaitsForThat) {
    be_live();
    pool.want_watch(true, now);
    EXPECT_THAT(next(), ElementsAre("watch by 1"));
    pool.wait(false, now);
    EXPECT_THAT(wants(), IsEmpty());
    pool.watching(1, true, now);
    EXPECT_THAT(wants(), ElementsAre("end watch by 1"));
    pool.returned(1, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 1"));
}

TEST_F(AWatchingPool, OpensOneMoreToWatchWhileAllAreInUseAndClosesTheSurplus) {
    be_watching();
    pool.wait(false, now);
    pool.returned(1, now);
    wants();
    const auto begin = now;
    EXPECT_THAT(next(), ElementsAre("open 2"));
    EXPECT_EQ(now, begin + 5s);
    pool.opened(2, now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_THAT(next(), ElementsAre("watch by 2"));
    pool.watching(2, true, now);
    pool.ended(1);
    pool.returned(1, now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_THAT(next(), ElementsAre("close 1"));
    EXPECT_EQ(pool.counts().idle, 1U);
}

TEST_F(AWatchingPool, OpensNoMoreToWatchThanThereMayBe) {
    limits(1, 1);
    be_watching();
    pool.wait(false, now);
    pool.returned(1, now);
    wants();
    EXPECT_EQ(pool.wake(), Pool::Time::max());
}

TEST_F(AWatchingPool, WatchesAgainWhenTheWatchingSessionIsLost) {
    be_watching();
    now += 1h;
    pool.lost(1, problem_of(ProblemKind::cannot_connect), now);
    EXPECT_THAT(wants(), ElementsAre("connecting", "open 2"));
    pool.opened(2, now);
    wants();
    EXPECT_THAT(next(), ElementsAre("watch by 2"));
}

TEST_F(AWatchingPool, LeavesAProviderInPeaceThatLetsNobodyWatch) {
    be_live();
    pool.want_watch(true, now);
    EXPECT_THAT(next(), ElementsAre("watch by 1"));
    pool.unwatchable(1, now);
    const auto told = now;
    std::vector<std::string> wanted = wants();
    while (wanted.empty() || wanted.front() == "probe 1") {
        wanted = next();
        if (wanted.front() == "probe 1") pool.returned(1, now);
    }
    EXPECT_THAT(wanted, ElementsAre("watch by 1"));
    EXPECT_GE(now, told + 15min);
}

TEST_F(AWatchingPool, LeavesAnAccountAloneThatDoesNotSurviveTheBeginning) {
    be_live();
    pool.want_watch(true, now);
    EXPECT_THAT(next(), ElementsAre("watch by 1"));
    Pool::SessionId session = 1;
    for (const auto bound : {1min, 2min, 4min, 8min, 15min, 15min}) {
        now += 15s;
        const auto lost = now;
        pool.lost(session, problem_of(ProblemKind::timed_out), now);
        // It has lived for a minute, or retries.
        auto opening = wants();
        if (opening.back().starts_with("retrying")) opening = next();
        EXPECT_EQ(opening.back(), "open " + std::to_string(++session));
        pool.opened(session, now);
        EXPECT_THAT(wants(), ElementsAre("live"));
        std::vector<std::string> wanted = next();
        while (wanted.front().starts_with("probe")) {
            pool.returned(session, now);
            wants();
            wanted = next();
        }
        EXPECT_THAT(wanted, ElementsAre("watch by " + std::to_string(session)));
        EXPECT_GE(now - lost, bound / 2);
    }
}

TEST_F(AWatchingPool, EndsTheWatchAtARandomMomentWhenManyDo) {
    be_watching();
    const auto begin = now;
    pool.want_watch(false, now, 20s);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_THAT(next(), ElementsAre("end watch by 1"));
    EXPECT_EQ(now, begin + 10s);
}

TEST_F(AWatchingPool, EndsTheWatchWhenNobodyWantsItAnyMore) {
    be_watching();
    pool.want_watch(false, now);
    EXPECT_THAT(wants(), ElementsAre("end watch by 1"));
    pool.returned(1, now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_THAT(next(), ElementsAre("probe 1"));
}

TEST_F(AWatchingPool, ANewerVersionClosesTheWatchingSession) {
    be_watching();
    pool.serve(2, true, now);
    EXPECT_THAT(wants(), ElementsAre("close 1", "live"));
    EXPECT_THAT(next(), ElementsAre("watch by 2"));
    pool.serve(3, false, now);
    wants();
    pool.watching(2, true, now);
    EXPECT_THAT(wants(), ElementsAre("close 2"));
}

}  // namespace
}  // namespace gatepost::imap
