// What a pool wants with its sessions, and when.
#include "pool_conversation.h"

namespace gatepost::imap {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(SessionsToOpen, AreThoseThatAreKeptAndOneForEachWaiterButNeverTooMany) {
    const struct {
        const char* why;
        Demand demand;
        PoolLimits limits;
        std::size_t expected;
    } cases[] = {
        {"a new account", {0, 0, 0, 0, 0}, {1, 5}, 1},
        {"a new account that keeps more", {0, 0, 0, 0, 0}, {3, 5}, 3},
        {"one is coming", {1, 0, 0, 0, 0}, {1, 5}, 0},
        {"one is idle", {0, 1, 0, 0, 0}, {1, 5}, 0},
        {"one is used", {0, 0, 1, 0, 0}, {1, 5}, 0},
        {"a waiter while one is used", {0, 0, 1, 0, 1}, {1, 5}, 1},
        {"the waiter's is coming", {1, 0, 1, 0, 1}, {1, 5}, 0},
        {"three waiters, one coming", {1, 0, 1, 0, 3}, {1, 5}, 2},
        {"more waiters than there may be sessions", {0, 0, 1, 0, 9}, {1, 5}, 4},
        {"as many as there may be", {0, 0, 5, 0, 1}, {1, 5}, 0},
        {"more than there may be", {0, 0, 7, 0, 1}, {1, 5}, 0},
        {"waiters and kept ones are not added", {0, 0, 0, 0, 2}, {2, 5}, 2},
        {"kept more than allowed", {0, 0, 0, 0, 0}, {9, 5}, 5},
        {"one is used with an earlier version", {0, 0, 0, 1, 0}, {1, 5}, 1},
        {"earlier versions' sessions count for the most", {0, 0, 0, 1, 9}, {1, 5}, 4},
        {"nothing is kept", {0, 0, 0, 0, 0}, {0, 5}, 0},
        {"nothing is kept, one waits", {0, 0, 0, 0, 1}, {0, 5}, 1},
        {"nobody watches, all are used", {0, 0, 1, 0, 0, true}, {1, 5}, 1},
        {"nobody watches yet, one is idle", {0, 1, 1, 0, 0, true}, {1, 5}, 0},
        {"the waiter's can watch afterwards", {0, 0, 1, 0, 1, true}, {1, 5}, 1},
        {"nobody watches, and there may be no more", {0, 0, 5, 0, 0, true}, {1, 5}, 0},
    };
    for (const auto& row : cases)
        EXPECT_EQ(sessions_to_open(row.demand, row.limits), row.expected) << row.why;
}

TEST_F(APool, SignsInWhenItIsToServeAndIsLiveThen) {
    pool.serve(1, false, now);
    EXPECT_THAT(wants(), ElementsAre("connecting", "open 1"));
    pool.opened(1, now);
    EXPECT_THAT(wants(), ElementsAre("live"));
    EXPECT_EQ(pool.counts().idle, 1U);
}

TEST_F(APool, AdoptsTheSessionThatASignInLeft) {
    EXPECT_EQ(pool.serve(1, true, now), 1U);
    EXPECT_THAT(wants(), ElementsAre("live"));
    EXPECT_EQ(pool.counts().idle, 1U);
}

TEST_F(APool, TriesCredentialsWithOneSignInHoweverManyWaitForIt) {
    pool.serve(1, false, now);
    for (int i = 0; i < 3; ++i)
        pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("connecting", "open 1", "hurry 1"));
    pool.opened(1, now);
    EXPECT_THAT(wants(), ElementsAre("live", "hand 1 to 1", "open soon 2", "open soon 3"));
}

TEST_F(APool, KeepsAsManySessionsAsItIsToldTo) {
    limits(3, 5);
    pool.serve(1, true, now);
    EXPECT_THAT(wants(), ElementsAre("live", "open 2", "open 3"));
}

TEST_F(APool, IgnoresAServeOfTheSameOrAnOlderVersion) {
    pool.serve(2, false, now);
    wants();
    pool.serve(2, false, now);
    pool.serve(1, true, now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_EQ(pool.version(), 2U);
}

// ---- Leases.

TEST_F(APool, HandsAnIdleSessionOutAtOnce) {
    be_live();
    pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 1"));
    EXPECT_EQ(pool.counts().leased, 1U);
}

TEST_F(APool, ServesWaitersInTheOrderOfTheirComing) {
    limits(1, 1);
    be_live();
    for (int i = 0; i < 3; ++i)
        pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 1"));
    pool.ended(1);
    EXPECT_THAT(wants(), IsEmpty());
    pool.returned(1, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 2"));
    pool.ended(1);
    pool.returned(1, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 3"));
}

TEST_F(APool, OpensMoreOnDemandUpToTheMost) {
    limits(1, 3);
    be_live();
    for (int i = 0; i < 5; ++i)
        pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 1", "open soon 2", "open soon 3"));
    pool.opened(2, now);
    EXPECT_THAT(wants(), ElementsAre("hand 2 to 2"));
}

TEST_F(APool, ASessionThatIsBeingCleanedIsWaitedFor) {
    be_live();
    pool.wait(false, now);
    pool.ended(1);
    wants();
    pool.wait(false, now);
    EXPECT_THAT(wants(), IsEmpty());
    pool.returned(1, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 2"));
}

TEST_F(APool, TurnsWaitersAwayAfterAWhile) {
    limits(1, 1);
    be_live();
    pool.wait(false, now);
    wants();
    pool.wait(false, now);
    const auto asked = now;
    EXPECT_THAT(next(), ElementsAre("turn away 2: overloaded"));
    EXPECT_EQ(now, asked + 30s);
}

TEST_F(APool, TurnsWaitersAwayWhenThereAreTooMany) {
    limits(1, 1);
    be_live();
    for (int i = 0; i < 101; ++i)
        pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 1"));
    pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("turn away 102: overloaded"));
}

TEST_F(APool, ClosesSurplusOnesWhenNobodyUsedThemForAWhile) {
    be_live();
    pool.wait(false, now);
    pool.wait(false, now);
    pool.opened(2, now);
    pool.ended(1);
    pool.ended(2);
    pool.returned(1, now);
    now += 10s;
    pool.returned(2, now);
    wants();
    EXPECT_THAT(next(), ElementsAre("close 1"));
    EXPECT_EQ(pool.counts().idle, 1U);
    EXPECT_THAT(next(), ElementsAre("probe 2"));
}

TEST_F(APool, HandsOutTheSessionThatWasUsedLastSoThatSurplusOnesGrowOld) {
    limits(2, 5);
    pool.serve(1, false, now);
    pool.opened(1, now);
    pool.opened(2, now + 1s);
    wants();
    pool.wait(false, now + 2s);
    EXPECT_THAT(wants(), ElementsAre("hand 2 to 1"));
}

TEST_F(APool, RefillsAfterASessionWasClosedForItsClientsSakeAndStaysLive) {
    be_live();
    pool.wait(false, now);
    wants();
    pool.discarded(1, now);
    EXPECT_THAT(wants(), ElementsAre("open 2"));
    EXPECT_EQ(pool.state(), AccountState::State::live);
}

TEST_F(APool, ClosesSurplusOnesHoweverOftenTheyAreProbed) {
    pool = Pool({1, 5, 10s}, [this] { return chance; });
    be_live();
    pool.wait(false, now);
    pool.wait(false, now);
    pool.opened(2, now);
    pool.returned(1, now);
    pool.returned(2, now);
    wants();
    const auto left = now;
    std::vector<std::string> wanted;
    while (!testing::Value(wanted, testing::Contains("close 1")) && now < left + 5min) {
        wanted = next();
        for (const Pool::SessionId session : {1, 2})
            pool.returned(session, now);
    }
    EXPECT_EQ(now, left + 60s);
}

// ---- Keepalive.

TEST_F(APool, ProbesIdleSessionsSpreadOverTheKeepalive) {
    limits(4, 5);
    pool.serve(1, false, now);
    const auto begin = now;
    int session = 1;
    for (const double fraction : {0.0, 0.25, 0.5, 0.999}) {
        chance = fraction;
        pool.opened(static_cast<Pool::SessionId>(session++), now);
    }
    wants();
    EXPECT_THAT(next(), ElementsAre("probe 1"));
    EXPECT_EQ(now, begin + 4min + 30s);
    EXPECT_THAT(next(), ElementsAre("probe 2"));
    EXPECT_THAT(next(), ElementsAre("probe 3"));
    EXPECT_THAT(next(), ElementsAre("probe 4"));
    EXPECT_LE(now, begin + 9min);
}

TEST_F(APool, KeepsASessionForAWeekByProbingIt) {
    be_live();
    const auto end = now + 7 * 24h;
    int probes = 0;
    while (now < end) {
        ASSERT_THAT(next(), ElementsAre("probe 1"));
        pool.returned(1, now);
        ++probes;
    }
    EXPECT_GT(probes, 7 * 24 * 60 / 9);
    EXPECT_THAT(wants(), IsEmpty());
}

TEST_F(APool, ProbesASessionWhoseProviderSaysSomething) {
    be_live();
    pool.disturbed(1, now);
    EXPECT_THAT(wants(), ElementsAre("probe 1"));
    pool.disturbed(1, now);
    EXPECT_THAT(wants(), IsEmpty());
}

TEST_F(APool, ProbesAProviderThatSaysSomethingAfterEachProbeOnlyNowAndThen) {
    be_live();
    const auto end = now + 1h;
    int probes = 0;
    while (now < end) {
        pool.disturbed(1, now);
        auto wanted = wants();
        if (wanted.empty()) wanted = next();
        ASSERT_THAT(wanted, ElementsAre("probe 1"));
        pool.returned(1, now);
        ++probes;
    }
    EXPECT_LE(probes, 120 + 4);
}

// ---- Losing and finding again.

TEST_F(APool, OpensAtOnceWhenASessionThatHasLivedIsLost) {
    be_live();
    now += 1h;
    pool.lost(1, problem_of(ProblemKind::cannot_connect), now);
    EXPECT_THAT(wants(), ElementsAre("connecting", "open 2"));
}

TEST_F(APool, CountsAnAcceptThatIsFollowedByACloseAsAFailure) {
    chance = 0.999;
    pool.serve(1, false, now);
    Pool::SessionId session = 0;
    for (const auto bound : {1s, 2s, 4s, 8s, 16s}) {
        pool.opened(++session, now);
        now += 100ms;
        pool.lost(session, problem_of(ProblemKind::cannot_connect), now);
        wants();
        const auto wait = pool.wake() - now;
        EXPECT_LE(wait, bound);
        EXPECT_GT(wait, bound * 9 / 10);
        next();
    }
}

TEST_F(APool, DoesNotTakeAnOlderSessionForProofThatOneMoreCanBeHad) {
    limits(2, 5);
    chance = 0.999;
    pool.serve(1, true, now);
    EXPECT_THAT(wants(), ElementsAre("live", "open 2"));
    now += 1h;
    int tries = 0;
    for (const auto end = now + 24h; now < end;) {
        const auto wanted = wants();
        const bool is_tried = !wanted.empty() && wanted.front().starts_with("open ");
        if (is_tried || tries == 0) {
            ++tries;
            const auto session = static_cast<Pool::SessionId>(1 + tries);
            pool.open_failed(session, problem_of(ProblemKind::tls_failed), now);
        }
        if (!wanted.empty() && wanted.front() == "probe 1") pool.returned(1, now);
        now = std::max(now, pool.wake());
        pool.tick(now);
    }
    EXPECT_LT(tries, 120);
}

TEST_F(APool, RetriesLaterAndSaysWhen) {
    pool.serve(1, false, now);
    wants();
    pool.open_failed(1, problem_of(ProblemKind::cannot_connect), now);
    EXPECT_THAT(wants(), ElementsAre("retrying in 500 ms"));
    EXPECT_THAT(next(), ElementsAre("open 2"));
    pool.open_failed(2, problem_of(ProblemKind::timed_out), now);
    EXPECT_THAT(wants(), ElementsAre("retrying in 1000 ms"));
    EXPECT_THAT(next(), ElementsAre("open 3"));
    pool.opened(3, now);
    EXPECT_THAT(wants(), ElementsAre("live"));
}

TEST_F(APool, RetriesWithOneSignInHoweverManyItKeeps) {
    limits(3, 5);
    pool.serve(1, false, now);
    EXPECT_THAT(wants(), ElementsAre("connecting", "open 1"));
    pool.open_failed(1, problem_of(ProblemKind::cannot_connect), now);
    wants();
    EXPECT_THAT(next(), ElementsAre("open 2"));
    pool.opened(2, now);
    EXPECT_THAT(wants(), ElementsAre("live", "open 3", "open 4"));
}

TEST_F(APool, AsksAProviderThatIsDeadForADayAFewTimesAnHour) {
    chance = 0.999;
    pool.serve(1, false, now);
    wants();
    const auto end = now + 24h;
    int attempts = 0;
    while (now < end) {
        ++attempts;
        pool.open_failed(static_cast<Pool::SessionId>(attempts),
                         problem_of(ProblemKind::cannot_connect), now);
        wants();
        next();
    }
    EXPECT_LT(attempts, 24 * 4 + 12);
    EXPECT_GT(attempts, 24 * 4);
}

TEST_F(APool, TurnsClientsAwayWhileItRetries) {
    pool.serve(1, false, now);
    pool.wait(false, now);
    wants();
    pool.open_failed(1, problem_of(ProblemKind::cannot_connect), now);
    EXPECT_THAT(wants(), ElementsAre("turn away 1: cannot-connect", "retrying in 500 ms"));
    pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("turn away 2: cannot-connect"));
}

TEST_F(APool, SignsInBetweenRetriesForWhoInsists) {
    pool.serve(1, false, now);
    pool.open_failed(1, problem_of(ProblemKind::cannot_connect), now);
    wants();
    pool.wait(true, now);
    pool.wait(true, now);
    EXPECT_THAT(wants(), ElementsAre("open soon 2"));
    EXPECT_TRUE(pool.is_insisted());
    pool.open_failed(2, problem_of(ProblemKind::timed_out), now);
    EXPECT_THAT(wants(), ElementsAre("turn away 1: timed-out", "turn away 2: timed-out",
                                     "retrying in 500 ms"));
    EXPECT_FALSE(pool.is_insisted());
    pool.wait(true, now);
    EXPECT_THAT(wants(), ElementsAre("open soon 3"));
    pool.opened(3, now);
    EXPECT_THAT(wants(), ElementsAre("live", "hand 3 to 3"));
}

TEST_F(APool, StaysLiveWhenTheProviderAllowsNoMoreSessions) {
    be_live();
    pool.wait(false, now);
    pool.wait(false, now);
    wants();
    pool.open_failed(2, problem_of(ProblemKind::provider_unavailable), now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_EQ(pool.state(), AccountState::State::live);
    pool.ended(1);
    pool.returned(1, now);
    EXPECT_THAT(wants(), ElementsAre("hand 1 to 2"));
}

TEST_F(APool, RemembersHowManySessionsTheProviderAllows) {
    be_live();
    pool.wait(false, now);
    pool.wait(false, now);
    wants();
    pool.open_failed(2, problem_of(ProblemKind::provider_unavailable), now);
    const auto told = now;
    for (int i = 3; i < 40; ++i) {
        now += 5s;
        pool.tick(now);
        pool.wait(false, now);
        pool.ended(1);
        pool.returned(1, now);
        for (const std::string& wanted : wants())
            EXPECT_THAT(wanted, testing::Not(testing::HasSubstr("open"))) << (now - told).count();
    }
    now = told + 5min;
    pool.tick(now);
    pool.wait(false, now);
    EXPECT_THAT(wants(), testing::Contains(testing::HasSubstr("open soon")));
}

TEST_F(APool, TriesMoreSessionsAgainWhenTheProviderMayAllowThem) {
    limits(2, 5);
    pool.serve(1, true, now);
    EXPECT_THAT(wants(), ElementsAre("live", "open 2"));
    pool.open_failed(2, problem_of(ProblemKind::provider_unavailable), now);
    const auto told = now;
    std::vector<std::string> wanted;
    while (now < told + 5min) {
        for (const std::string& one : next())
            wanted.push_back(one);
        pool.returned(1, now);
    }
    EXPECT_THAT(wanted, testing::Contains("open 3"));
    EXPECT_EQ(now, told + 5min);
}

TEST_F(APool, ComesBackAtARandomMomentWhenItsHostEndedMany) {
    be_live();
    now += 1h;
    const auto ended = now;
    pool.lost(1, problem_of(ProblemKind::cannot_connect), now, 100s);
    EXPECT_THAT(wants(), ElementsAre("connecting"));
    EXPECT_THAT(next(), ElementsAre("open 2"));
    EXPECT_EQ(now, ended + 50s);
}

TEST_F(APool, ComesBackAtOnceForAClientHoweverManyItsHostEnded) {
    be_live();
    now += 1h;
    pool.lost(1, problem_of(ProblemKind::cannot_connect), now, 100s);
    wants();
    pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("open soon 2"));
}

TEST_F(APool, HurriesASignInThatSomebodyWaitsForByNow) {
    pool.serve(1, false, now);
    EXPECT_THAT(wants(), ElementsAre("connecting", "open 1"));
    pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("hurry 1"));
    EXPECT_FALSE(pool.is_insisted());
    pool.wait(false, now);
    EXPECT_THAT(wants(), IsEmpty());
}

TEST_F(APool, InsistsWhenItsSignInBeginsThoughWhoHurriedItDidNot) {
    pool.serve(1, false, now);
    pool.wait(false, now);
    wants();
    pool.wait(true, now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_TRUE(pool.is_insisted());
}

TEST_F(APool, AsksLessAndLessOftenWhetherItsHostIsStillDead) {
    chance = 0.999;
    pool.serve(1, false, now);
    const auto begin = now;
    int asked = 0;
    wants();
    while (now < begin + 1h) {
        pool.deferred(static_cast<Pool::SessionId>(++asked),
                      problem_of(ProblemKind::cannot_connect), now, now);
        wants();
        EXPECT_THAT(next(), ElementsAre("open " + std::to_string(asked + 1)));
    }
    EXPECT_LT(asked, 40);
    EXPECT_GT(asked, 25);
}

TEST_F(APool, WaitsWithoutFailingWhileItsHostCountsAsDead) {
    pool.serve(1, false, now);
    wants();
    pool.deferred(1, problem_of(ProblemKind::cannot_connect), now + 7s, now);
    EXPECT_THAT(wants(), ElementsAre("retrying in 9500 ms"));
    EXPECT_THAT(next(), ElementsAre("open 2"));
    pool.open_failed(2, problem_of(ProblemKind::cannot_connect), now);
    EXPECT_THAT(wants(), ElementsAre("retrying in 500 ms"));
}

// ---- Refused.

TEST_F(APool, NeverTriesRefusedCredentialsAgain) {
    pool.serve(1, false, now);
    pool.wait(false, now);
    wants();
    pool.open_failed(1, problem_of(ProblemKind::sign_in_refused), now);
    EXPECT_THAT(wants(), ElementsAre("turn away 1: sign-in-refused", "refused"));
    EXPECT_EQ(pool.wake(), Pool::Time::max());
    pool.tick(now + 24h * 365);
    pool.wait(false, now);
    pool.wait(true, now);
    EXPECT_THAT(wants(),
                ElementsAre("turn away 2: sign-in-refused", "turn away 3: sign-in-refused"));
}

TEST_F(APool, ClosesWhatItHasWhenTheCredentialsAreRefused) {
    limits(2, 5);
    pool.serve(1, false, now);
    pool.opened(1, now);
    wants();
    pool.open_failed(2, problem_of(ProblemKind::sign_in_refused), now);
    EXPECT_THAT(wants(), ElementsAre("close 1", "refused"));
}

TEST_F(APool, ServesAgainWithANewerVersionAfterARefusal) {
    pool.serve(1, false, now);
    pool.open_failed(1, problem_of(ProblemKind::sign_in_refused), now);
    wants();
    pool.serve(1, false, now);
    EXPECT_THAT(wants(), IsEmpty());
    pool.serve(2, false, now);
    EXPECT_THAT(wants(), ElementsAre("connecting", "open 2"));
}

// ---- Versions and the end.

TEST_F(APool, ANewerVersionClosesIdleSessionsNowAndLeasedOnesWhenTheirLeaseEnds) {
    limits(2, 5);
    pool.serve(1, false, now);
    pool.opened(1, now);
    pool.wait(false, now);
    pool.opened(2, now);
    wants();
    pool.serve(2, true, now);
    EXPECT_THAT(wants(), ElementsAre("close 2", "live", "open 4"));
    pool.ended(1);
    pool.returned(1, now);
    EXPECT_THAT(wants(), ElementsAre("close 1"));
}

TEST_F(APool, ANewerVersionAbandonsSignInsWithTheOlderOne) {
    pool.serve(1, false, now);
    wants();
    pool.serve(2, false, now);
    EXPECT_THAT(wants(), ElementsAre("abandon 1", "connecting", "open 2"));
    pool.opened(1, now);
    pool.open_failed(1, problem_of(ProblemKind::sign_in_refused), now);
    EXPECT_THAT(wants(), IsEmpty());
}

TEST_F(APool, WhatBecomesOfAnOlderVersionsSessionChangesNothing) {
    be_live();
    pool.wait(false, now);
    pool.serve(2, true, now);
    wants();
    pool.lost(1, problem_of(ProblemKind::cannot_connect), now);
    EXPECT_THAT(wants(), IsEmpty());
}

TEST_F(APool, WithdrawnClosesEverythingAndEndsLeases) {
    limits(3, 5);
    pool.serve(1, false, now);
    pool.opened(1, now);
    pool.wait(false, now);
    pool.opened(2, now);
    wants();
    pool.withdraw(problem_of(ProblemKind::account_paused), true);
    EXPECT_THAT(wants(), ElementsAre("abandon 3", "end use of 1", "close 2"));
    pool.discarded(1, now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_TRUE(pool.is_empty());
    EXPECT_EQ(pool.wake(), Pool::Time::max());
}

TEST_F(APool, PausedStillTellsThatTheCredentialsAreRefused) {
    pool.serve(1, false, now);
    wants();
    pool.withdraw(problem_of(ProblemKind::account_paused), false);
    EXPECT_THAT(wants(), ElementsAre("hear out 1"));
    pool.open_failed(1, problem_of(ProblemKind::sign_in_refused), now);
    const auto actions = pool.take_actions();
    ASSERT_EQ(actions.size(), 1U);
    const auto& told = std::get<Pool::Announce>(actions.front());
    EXPECT_EQ(told.version, 1U);
    EXPECT_EQ(told.state, AccountState::State::refused);
    EXPECT_TRUE(pool.is_empty());
}

TEST_F(APool, PausedTellsNothingElseOfASignInAndClosesItsSession) {
    pool.serve(1, false, now);
    pool.withdraw(problem_of(ProblemKind::account_paused), false);
    wants();
    pool.opened(1, now);
    EXPECT_THAT(wants(), ElementsAre("close 1"));
    pool.serve(2, false, now);
    pool.withdraw(problem_of(ProblemKind::account_paused), false);
    wants();
    pool.open_failed(2, problem_of(ProblemKind::cannot_connect), now);
    EXPECT_THAT(wants(), IsEmpty());
    EXPECT_TRUE(pool.is_empty());
}

TEST_F(APool, ResumedWaitsForTheSignInThatWasUnderWay) {
    pool.serve(1, false, now);
    pool.withdraw(problem_of(ProblemKind::account_paused), false);
    wants();
    pool.serve(3, false, now);
    pool.wait(true, now);
    EXPECT_THAT(wants(), ElementsAre("connecting"));
    pool.open_failed(1, problem_of(ProblemKind::sign_in_refused), now);
    EXPECT_THAT(wants(), ElementsAre("refused", "open soon 2"));
}

TEST_F(APool, ResumedAndServedAnewStillWaitsForIt) {
    pool.serve(1, false, now);
    pool.withdraw(problem_of(ProblemKind::account_paused), false);
    pool.serve(3, false, now);
    wants();
    pool.withdraw(problem_of(ProblemKind::account_paused), false);
    pool.serve(5, false, now);
    EXPECT_THAT(wants(), ElementsAre("connecting"));
    pool.discarded(1, now);
    EXPECT_THAT(wants(), ElementsAre("open 2"));
}

TEST_F(APool, ThatIsGoneForGoodHearsNobodyOut) {
    pool.serve(1, false, now);
    pool.withdraw(problem_of(ProblemKind::account_paused), false);
    wants();
    pool.withdraw(problem_of(ProblemKind::unknown_account), true);
    EXPECT_THAT(wants(), ElementsAre("abandon 1"));
    EXPECT_TRUE(pool.is_empty());
}

TEST_F(APool, WithdrawnTellsThoseWhoWait) {
    limits(1, 1);
    be_live();
    pool.wait(false, now);
    pool.wait(false, now);
    wants();
    pool.withdraw(problem_of(ProblemKind::account_paused), true);
    EXPECT_THAT(wants(), ElementsAre("turn away 2: account-paused", "end use of 1"));
    pool.wait(false, now);
    EXPECT_THAT(wants(), ElementsAre("turn away 3: account-paused"));
}

TEST_F(APool, AsksForNoTimeThatHasPassedOnceItWasTold) {
    be_live();
    pool.wait(false, now);
    pool.wait(false, now);
    pool.open_failed(2, problem_of(ProblemKind::provider_unavailable), now);
    for (int i = 0; i < 20 && pool.wake() != Pool::Time::max(); ++i) {
        next();
        EXPECT_GT(pool.wake(), now);
    }
}

}  // namespace
}  // namespace gatepost::imap
