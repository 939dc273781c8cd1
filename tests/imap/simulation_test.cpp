// What thousands of accounts do to a provider, and a provider to them, for hours: bounds on what
// the provider sees, on how long it takes to come back, and on how long clients wait.
#include "simulation.h"

#include <gtest/gtest.h>

namespace gatepost::imap {
namespace {

using namespace std::chrono_literals;
using Mood = PretendProvider::Mood;

constexpr std::size_t many = 5'000;
constexpr std::size_t some = 1'000;  // for hours
constexpr std::size_t pace = 200;    // a second, of one host's sign-ins
constexpr std::size_t burst = 500;

class AThousandPools : public testing::Test {
  protected:
    void be_live(std::size_t count) {
        simulation.serve("host", count);
        ASSERT_LT(simulation.run_until_live("host", count, 10min), 10min);
        // Sessions that have lived prove that the accounts work.
        simulation.run(2min);
    }

    void every_client_is_answered() {
        simulation.run(31s);
        EXPECT_EQ(simulation.unanswered(), 0U);
        EXPECT_LE(simulation.longest_wait(), 30s);
        EXPECT_GT(simulation.handed_out(), 0U);
    }

    Simulation simulation;
};

TEST_F(AThousandPools, RestartInTheTimeThatWasPromised) {
    simulation.serve("host", 2'000);
    EXPECT_LE(simulation.run_until_live("host", 2'000, 1min), 10s);
    EXPECT_EQ(simulation.sign_ins("host"), 2'000U);
}

TEST_F(AThousandPools, RestartAtThePaceAndWithOneSignInEach) {
    simulation.serve("host", many);
    EXPECT_LE(simulation.run_until_live("host", many, 10min), 30s);
    EXPECT_LE(simulation.most_a_second("host"), burst + pace);
    EXPECT_LE(simulation.most_a_second("host", 15), pace + 1);
    EXPECT_EQ(simulation.sign_ins("host"), many);
}

TEST_F(AThousandPools, ComeBackSpreadOutWhenTheHostEndsThemAll) {
    be_live(many);
    const auto ended = simulation.second();
    simulation.end_sessions("host");
    EXPECT_LE(simulation.run_until_live("host", many, 10min), 60s);
    EXPECT_LE(simulation.most_a_second("host", ended), burst + pace);
    EXPECT_EQ(simulation.sign_ins("host", ended), many);
}

TEST_F(AThousandPools, AskAHostThatIsAwayLittleAndComeBackSoon) {
    be_live(some);
    simulation.provider("host").mood = Mood::away;
    simulation.end_sessions("host");
    simulation.run(10min);
    const auto settled = simulation.second();
    simulation.lease(1'000, 1h);
    simulation.run(1h);
    // A probe four times a minute, and those for whom somebody insists.
    EXPECT_LE(simulation.sign_ins("host", settled), 60U * 5 + 1'000 / 8);
    const auto back = simulation.second();
    simulation.provider("host").mood = Mood::kind;
    EXPECT_LE(simulation.run_until_live("host", some, 1h), 4min);
    EXPECT_LE(simulation.most_a_second("host", back), burst + pace);
    simulation.lease(1'000, 1min);
    simulation.run(1min);
    every_client_is_answered();
}

TEST_F(AThousandPools, WaitForNobodyWhileAHostIsSilent) {
    be_live(some);
    simulation.provider("host").mood = Mood::silent;
    simulation.end_sessions("host");
    simulation.lease(1'000, 1h);
    simulation.run(1h);
    simulation.provider("host").mood = Mood::kind;
    EXPECT_LE(simulation.run_until_live("host", some, 1h), 5min);
    simulation.lease(100, 1min);
    simulation.run(1min);
    every_client_is_answered();
}

TEST_F(AThousandPools, TryRefusedPasswordsOnceWhateverHappens) {
    const std::size_t first = simulation.serve("host", 20);
    for (std::size_t i = 0; i < 10; ++i)
        simulation.provider("host").wrong_passwords.insert(first + i);
    simulation.run(1h);
    for (int day = 0; day < 3; ++day) {
        simulation.provider("host").mood = Mood::away;
        simulation.end_sessions("host");
        simulation.lease(100, 12h);
        simulation.run(12h);
        simulation.provider("host").mood = Mood::kind;
        simulation.lease(100, 12h);
        simulation.run(12h);
    }
    EXPECT_EQ(simulation.live("host"), 10U);
    for (std::size_t i = 0; i < 10; ++i)
        EXPECT_EQ(simulation.provider("host").seen_of[first + i], 1U);
    every_client_is_answered();
}

TEST_F(AThousandPools, AskAHostThatAcceptsAndClosesAFewTimesAnHour) {
    simulation.serve("host", 50);
    simulation.provider("host").mood = Mood::fickle;
    simulation.run(1h);
    const auto settled = simulation.second();
    simulation.run(12h);
    // At random times within a quarter of an hour: eight times an hour in the mean.
    EXPECT_LE(simulation.sign_ins("host", settled), 50U * 12 * 10);
}

TEST_F(AThousandPools, AreLiveAtAHostThatTakesFewerSignInsThanOurPace) {
    simulation.provider("host").sign_ins_a_second = pace / 4;
    simulation.serve("host", 2'000);
    EXPECT_LE(simulation.run_until_live("host", 2'000, 1h), 5min);
}

TEST_F(AThousandPools, LearnHowManySessionsAHostAllows) {
    simulation.provider("host").sessions_of_an_account = 2;
    be_live(10);
    const auto busy = simulation.second();
    simulation.lease(10'000, 1h);
    simulation.run(1h);
    // Each looks every five minutes, and opens the second one as it is needed.
    EXPECT_LE(simulation.sign_ins("host", busy), 10U * (12 + 60 + 10));
    every_client_is_answered();
}

TEST_F(AThousandPools, OfASilentHostDoNotHoldBackOthers) {
    simulation.provider("silent").mood = Mood::silent;
    simulation.serve("silent", some);
    simulation.run(1min);
    simulation.serve("host", 100);
    EXPECT_LE(simulation.run_until_live("host", 100, 1min), 5s);
}

TEST_F(AThousandPools, AreConnectedFirstForWhomSomebodyWaits) {
    simulation.serve("host", many);
    simulation.lease(100, 10s);
    simulation.run(10s);
    every_client_is_answered();
    EXPECT_EQ(simulation.turned_away(), 0U);
}

}  // namespace
}  // namespace gatepost::imap
