#include "connector/overview.h"

#include <gtest/gtest.h>

namespace gatepost::connector {
namespace {

using Time = std::chrono::system_clock::time_point;
using namespace std::chrono_literals;

const std::optional<Problem> none;
const std::optional<Problem> unreachable = problem(ProblemKind::cannot_connect, "No route.");

TEST(Overview, CountsByStateAndProvider) {
    OverviewTally tally;
    tally.add("a", "a@x.example", "small", {AccountState::live, Time(), none});
    tally.add("b", "b@y.example", "large", {AccountState::live, Time(), none});
    tally.add("c", "c@y.example", "large", {AccountState::retrying, Time(), unreachable});
    tally.add_sessions(0, {1, 0, 0});
    tally.add_sessions(1, {2, 3, 0});
    tally.add_sessions(2, {0, 0, 1});
    const Overview overview = std::move(tally).overview();
    EXPECT_EQ(overview.all.total(), 3U);
    EXPECT_EQ(overview.all.accounts.at(AccountState::live), 2U);
    EXPECT_EQ(overview.all.sessions.idle, 3U);
    ASSERT_EQ(overview.providers.size(), 2U);
    EXPECT_EQ(overview.providers[0].provider, "large");
    EXPECT_EQ(overview.providers[0].figures.accounts.at(AccountState::retrying), 1U);
    EXPECT_EQ(overview.providers[0].figures.sessions.leased, 3U);
    EXPECT_EQ(overview.providers[0].figures.sessions.connecting, 1U);
    EXPECT_EQ(overview.providers[1].figures.sessions.idle, 1U);
}

TEST(Overview, NamesTheOldestProblem) {
    OverviewTally tally;
    tally.add("live", "l@x.example", "x", {AccountState::live, Time(1s), none});
    tally.add("new", "n@x.example", "x", {AccountState::retrying, Time(9s), unreachable});
    tally.add("old", "o@x.example", "x", {AccountState::refused, Time(5s), unreachable});
    tally.add("newer", "m@x.example", "x", {AccountState::retrying, Time(7s), unreachable});
    const Overview overview = std::move(tally).overview();
    ASSERT_TRUE(overview.oldest_problem);
    EXPECT_EQ(overview.oldest_problem->account, "old");
    EXPECT_EQ(overview.oldest_problem->state, AccountState::refused);
    EXPECT_EQ(overview.oldest_problem->since, Time(5s));
    EXPECT_EQ(overview.oldest_problem->problem, *unreachable);
}

TEST(Overview, OfNoAccountsIsEmpty) {
    const Overview overview = OverviewTally().overview();
    EXPECT_EQ(overview.all.total(), 0U);
    EXPECT_FALSE(overview.oldest_problem);
}

}  // namespace
}  // namespace gatepost::connector
