// Accounts that a reactor keeps connected to a real provider, come what may.
#include <gmock/gmock.h>

#include "reactor_conversation.h"

namespace gatepost::imap {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

using Accounts = ReactorConversation;

TEST_F(Accounts, AreLiveWithOneSession) {
    const std::string account = new_user("alice");
    serve(account);
    const auto live = reaches(account, State::live);
    ASSERT_TRUE(live);
    EXPECT_EQ(live->version, 1U);
    EXPECT_THAT(live->capabilities, Contains("IDLE"));
    EXPECT_EQ(count(account).idle, 1U);
    EXPECT_EQ(world->attempts(account), 1);
    EXPECT_EQ(reactor->stats().sign_ins_ok, 1U);
    EXPECT_EQ(reactor->stats().sessions_idle, 1U);
}

TEST_F(Accounts, KeepAsManySessionsAsConfigured) {
    options.sessions_per_account = 3;
    start();
    const std::string account = live_user("three");
    EXPECT_TRUE(has_idle(account, 3));
    EXPECT_EQ(world->attempts(account), 3);
}

TEST_F(Accounts, ComeBackWhenTheProviderEndsTheirSession) {
    const std::string account = live_user("kicked");
    world->kick(account);
    ASSERT_TRUE(reaches(account, State::live));
    EXPECT_EQ(world->attempts(account), 2);
    EXPECT_TRUE(check(account));
}

TEST_F(Accounts, RetryWhileTheProviderIsAwayAndAreLiveAgainWhenItIsBack) {
    const std::string account = live_user("patient");
    world->stop();
    const auto retrying = reaches(account, State::retrying);
    const auto still = reaches(account, State::retrying);
    const auto checked = check(account);
    world->start();
    ASSERT_TRUE(retrying && still);
    EXPECT_EQ(still->problem->kind, ProblemKind::cannot_connect);
    EXPECT_EQ(still->problem->fact("reason"), "refused");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().fact("reason"), "refused");
    EXPECT_TRUE(reaches(account, State::live));
}

TEST_F(Accounts, TurnClientsAwayWhileTheProviderIsAway) {
    const std::string account = live_user("turned");
    world->stop();
    EXPECT_TRUE(reaches(account, State::retrying));
    EXPECT_TRUE(reaches(account, State::retrying));
    LeaseClient client;
    lease(account, client);
    EXPECT_THAT(client.line(), HasSubstr("a NO [UNAVAILABLE] "));
    EXPECT_TRUE(client.is_closed());
    world->start();
}

TEST_F(Accounts, OnADeadHostCostAFewProbesTogether) {
    options.connects_in_flight = 1;
    start();
    world->stop();
    constexpr int accounts = 40;
    for (int i = 0; i < accounts; ++i)
        serve("dead" + std::to_string(i));
    for (int i = 0; i < accounts; ++i) {
        const auto retrying = next<AccountState>(
            [&](const AccountState& event) { return event.state == State::retrying; });
        ASSERT_TRUE(retrying);
        EXPECT_EQ(retrying->problem->kind, ProblemKind::cannot_connect);
    }
    EXPECT_LT(reactor->stats().sign_ins_failed, 15U);
    world->start();
}

TEST_F(Accounts, WithAWrongPasswordAreTriedOnceAndNeverAgain) {
    const std::string account = new_user("mallory");
    passwords[account] = "wrong";
    serve(account);
    const auto refused = reaches(account, State::refused);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->problem->kind, ProblemKind::sign_in_refused);
    LeaseClient client;
    lease(account, client);
    EXPECT_THAT(client.line(), HasSubstr("a NO [AUTHENTICATIONFAILED] "));
    EXPECT_EQ(check(account).error().kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(list(account).error().kind, ProblemKind::sign_in_refused);
    serve(account, 1);
    EXPECT_EQ(count(account).connecting, 0U);
    EXPECT_EQ(world->attempts(account), 1);
    EXPECT_EQ(reactor->stats().sign_ins_refused, 1U);
}

TEST_F(Accounts, AreLiveAgainWithTheNewPassword) {
    const std::string account = new_user("renewed");
    passwords[account] = "wrong";
    serve(account);
    ASSERT_TRUE(reaches(account, State::refused));
    EXPECT_TRUE(sign_in(account, 2));
    serve(account, 2);
    EXPECT_TRUE(reaches(account, State::live));
    EXPECT_EQ(world->attempts(account), 2);
}

TEST_F(Accounts, AdoptTheSessionOfTheSignInBeforeThem) {
    const std::string account = new_user("adopted");
    const auto capabilities = sign_in(account, 1);
    ASSERT_TRUE(capabilities) << capabilities.error().detail;
    EXPECT_THAT(*capabilities, Contains("IDLE"));
    serve(account, 1);
    EXPECT_TRUE(reaches(account, State::live));
    EXPECT_TRUE(check(account));
    EXPECT_EQ(world->attempts(account), 1);
    EXPECT_EQ(credentials_given, 0U);
}

TEST_F(Accounts, DoNotAdoptTheSessionOfAnotherVersion) {
    const std::string account = new_user("overtaken");
    ASSERT_TRUE(sign_in(account, 1));
    serve(account, 2);
    EXPECT_TRUE(reaches(account, State::live));
    EXPECT_EQ(world->attempts(account), 2);
    reactor->send(Withdraw{account, problem(ProblemKind::account_paused, "paused")});
    EXPECT_EQ(sessions_settled(account, 0), 0);
}

TEST_F(Accounts, AreReplacedByANewerVersion) {
    const std::string account = live_user("replaced");
    ASSERT_TRUE(sign_in(account, 2));
    serve(account, 2);
    const auto live = reaches(account, State::live);
    ASSERT_TRUE(live);
    EXPECT_EQ(live->version, 2U);
    EXPECT_EQ(sessions_settled(account, 1), 1);
    EXPECT_EQ(world->attempts(account), 2);
}

TEST_F(Accounts, AWrongPasswordInASignInIsOnlyThatSignInsProblem) {
    const std::string account = live_user("careful");
    const auto refused = sign_in(account, 2, "wrong");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::sign_in_refused);
    EXPECT_TRUE(check(account));
    EXPECT_EQ(world->attempts(account), 2);
}

TEST_F(Accounts, AreListedAndCheckedThroughTheirSession) {
    const std::string account = live_user("lister");
    const auto mailboxes = list(account);
    ASSERT_TRUE(mailboxes) << mailboxes.error().detail;
    EXPECT_THAT(*mailboxes, Contains(Field(&Mailbox::name, "INBOX")));
    EXPECT_TRUE(check(account));
    EXPECT_EQ(count(account).idle, 1U);
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Accounts, ThatAreNotServedHaveNothing) {
    EXPECT_EQ(check("nobody").error().kind, ProblemKind::account_paused);
    EXPECT_EQ(count("nobody").idle, 0U);
    LeaseClient client;
    lease("nobody", client);
    EXPECT_THAT(client.line(), HasSubstr("a NO [UNAVAILABLE] "));
}

TEST_F(Accounts, ThatAreWithdrawnHaveNoSessions) {
    const std::string account = live_user("withdrawn");
    reactor->send(Withdraw{account, problem(ProblemKind::account_paused, "paused")});
    EXPECT_EQ(count(account).idle, 0U);
    EXPECT_EQ(sessions_settled(account, 0), 0);
    EXPECT_EQ(reactor->stats().sessions_idle, 0U);
    serve(account, 2);
    EXPECT_TRUE(reaches(account, State::live));
}

TEST_F(Accounts, AreProbedWhenTheKeepaliveHasPassed) {
    options.keepalive = std::chrono::seconds(1);
    start();
    const std::string account = live_user("kept");
    // The second one shows that the first one left the session usable.
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(check(account));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Accounts, AreLoggedOutOfWhenTheReactorStops) {
    const std::string idle = live_user("stopped");
    const std::string used = live_user("stopped-in-use");
    LeaseClient client;
    sign_in_client(used, client);
    reactor->send(Stop{});
    EXPECT_TRUE(next<Stopped>([](const Stopped&) { return true; }));
    EXPECT_EQ(client.line(), "* BYE Gatepost is stopping.");
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(sessions_settled(idle, 0), 0);
    EXPECT_EQ(sessions_settled(used, 0), 0);
    EXPECT_EQ(sign_in(idle, 2).error().kind, ProblemKind::cancelled);
}

TEST_F(Accounts, OfAReactorThatIsDestroyedLoseTheirSessionsWhateverTheyDo) {
    const std::string idle = live_user("idle");
    const std::string used = live_user("used");
    const std::string connecting = new_user("connecting");
    LeaseClient client;
    sign_in_client(used, client);
    client.send("b IDLE\r\n");
    EXPECT_TRUE(client.line().starts_with("+"));
    serve(connecting);
    reactor.reset();
    EXPECT_EQ(sessions_settled(idle, 0), 0);
    EXPECT_EQ(sessions_settled(used, 0), 0);
}

}  // namespace
}  // namespace gatepost::imap
