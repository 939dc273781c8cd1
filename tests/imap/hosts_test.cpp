#include "imap/hosts.h"

#include <gtest/gtest.h>

namespace gatepost::imap {
namespace {

using namespace std::chrono_literals;

constexpr TokenRate pace{100ms, 5};

class KnownHosts : public testing::Test {
  protected:
    static Problem dead() { return problem(ProblemKind::cannot_connect, "refused"); }

    std::optional<Hosts::Attempt> begin(const std::string& host, bool insists = false) {
        auto begun = hosts.begin(host, insists, now);
        if (auto* attempt = std::get_if<Hosts::Attempt>(&begun)) return std::move(*attempt);
        return std::nullopt;
    }

    void fail(const std::string& host, int times) {
        for (int i = 0; i < times; ++i) {
            if (auto attempt = begin(host, true)) attempt->failed(dead(), now);
        }
    }

    [[nodiscard]] bool may_go(const std::string& host) const {
        return hosts.next_sign_in(host) <= now;
    }

    Hosts hosts{pace, [] { return 1.0; }};
    Hosts::Time now = Hosts::Time() + 24h;
};

TEST_F(KnownHosts, AreDeadAfterSeveralFailuresEachByItself) {
    fail("dead", 5);
    EXPECT_FALSE(begin("dead"));
    EXPECT_TRUE(begin("other"));
    EXPECT_TRUE(begin("dead", true));
}

TEST_F(KnownHosts, LiveAgainWhenOneSignInSucceededOrWasRefused) {
    fail("good", 5);
    fail("strict", 5);
    begin("good", true)->succeeded();
    begin("strict", true)->failed(problem(ProblemKind::sign_in_refused, "no"), now);
    EXPECT_TRUE(begin("good"));
    EXPECT_TRUE(begin("strict"));
}

TEST_F(KnownHosts, AreStillDeadAfterWhatOurSideGaveUp) {
    fail("dead", 5);
    begin("dead", true)->failed(problem(ProblemKind::cancelled, "paused"), now);
    EXPECT_FALSE(begin("dead"));
}

TEST_F(KnownHosts, AreProbedByTheNextOneWhenTheProbeWasGivenUp) {
    fail("dead", 5);
    now += 1s;
    auto probe = begin("dead");
    ASSERT_TRUE(probe);
    EXPECT_FALSE(begin("dead"));
    probe.reset();
    EXPECT_TRUE(begin("dead"));
}

TEST_F(KnownHosts, AttemptsThatWereNoProbeLeaveTheProbeAlone) {
    auto given_up = begin("dead");
    auto late = begin("dead");
    fail("dead", 5);
    now += 1s;
    const auto probe = begin("dead");
    ASSERT_TRUE(probe);
    given_up.reset();
    late->failed(dead(), now);
    EXPECT_FALSE(begin("dead"));
}

TEST_F(KnownHosts, LetSignInsFollowEachOtherAtTheirPace) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(may_go("paced"));
        begin("paced");
    }
    EXPECT_FALSE(may_go("paced"));
    EXPECT_TRUE(may_go("other"));
    now += 100ms;
    EXPECT_TRUE(may_go("paced"));
    begin("paced");
    EXPECT_FALSE(may_go("paced"));
    now += 1s;
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(may_go("paced"));
        begin("paced");
    }
    EXPECT_FALSE(may_go("paced"));
}

TEST_F(KnownHosts, WhoWasSentAwayTakesNothingOfThePace) {
    fail("dead", 5);
    now += 1s;
    const auto probe = begin("dead");
    for (int i = 0; i < 100; ++i)
        EXPECT_FALSE(begin("dead"));
    EXPECT_TRUE(may_go("dead"));
}

TEST_F(KnownHosts, GiveThoseTimeToComeBackWhoWereLostTogether) {
    EXPECT_LE(hosts.lost_session("one", now), 100ms);
    std::chrono::milliseconds longest{};
    for (int i = 0; i < 1000; ++i)
        longest = hosts.lost_session("many", now);
    EXPECT_EQ(longest, 100s);
    for (int i = 0; i < 100'000; ++i)
        longest = hosts.lost_session("many", now);
    EXPECT_EQ(longest, 5min);
    now += 24h;
    EXPECT_LE(hosts.lost_session("many", now), 100ms);
}

TEST_F(KnownHosts, AreForgottenWhenNothingIsWrongWithThem) {
    for (int i = 0; i < 100'000; ++i) {
        begin("host" + std::to_string(i))->succeeded();
        now += 100ms;
    }
    EXPECT_LE(hosts.size(), 64U);
}

TEST_F(KnownHosts, AreForgottenWhenNobodyAsksThemAnyMore) {
    for (int i = 0; i < 10'000; ++i)
        fail("host" + std::to_string(i), 1);
    EXPECT_EQ(hosts.size(), 10'000U);
    now += 1h;
    begin("another");
    EXPECT_EQ(hosts.size(), 1U);
}

TEST_F(KnownHosts, AreNotRememberedWhenThereAreTooMany) {
    for (int i = 0; i < 20'000; ++i)
        fail("host" + std::to_string(i), 5);
    EXPECT_EQ(hosts.size(), 10'000U);
    EXPECT_FALSE(begin("host0"));
    EXPECT_TRUE(begin("host19999"));
}

}  // namespace
}  // namespace gatepost::imap
