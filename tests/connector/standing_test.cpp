// Whether accounts are served: removed, paused, refused, verified, and after a restart.
#include "connector_conversation.h"

namespace gatepost::connector {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Standing = vault::AccountRecord::Standing;

using Removing = ConnectorTest;

TEST_F(Removing, DestroysTheRecordAndClosesTheSessions) {
    connect("alice");
    ASSERT_TRUE(run(connector->remove("alice")));
    EXPECT_THAT(file.rows, IsEmpty());
    EXPECT_THAT(reactors.told, ElementsAre("Withdraw alice for good"));
    EXPECT_THAT(changes, ElementsAre("alice: live to none"));
    EXPECT_EQ(run(connector->find("alice")).error().kind, ProblemKind::unknown_account);
    EXPECT_EQ(run(connector->remove("alice")).error().kind, ProblemKind::unknown_account);
}

TEST_F(Removing, ThatCannotBeStoredLeavesTheAccountServed) {
    connect("alice");
    file.write_problem = problem(ProblemKind::vault_full, "The disk is full.");
    EXPECT_EQ(run(connector->remove("alice")).error().kind, ProblemKind::vault_full);
    EXPECT_THAT(reactors.told, IsEmpty());
    EXPECT_EQ(state_of("alice"), AccountState::live);
}

TEST_F(Removing, LeavesIdAndAddressForTheNext) {
    connect("alice");
    ASSERT_TRUE(run(connector->remove("alice")));
    EXPECT_TRUE(run(connector->connect(request("alice"))));
}

class Pausing : public ConnectorTest {
  protected:
    /// It stays refused, and nothing is tried.
    void resume_what_is_refused(const std::string& id) {
        reactors.told.clear();
        const auto resumed = run(connector->resume(id));
        ASSERT_TRUE(resumed);
        EXPECT_EQ(resumed->state, AccountState::refused);
        EXPECT_EQ(resumed->problem->detail, "The password was changed.");
        EXPECT_THAT(reactors.told, IsEmpty());
    }
};

TEST_F(Pausing, IsDurableAndEndsWithResume) {
    connect("alice");
    const auto paused = run(connector->pause("alice"));
    ASSERT_TRUE(paused);
    EXPECT_EQ(paused->state, AccountState::paused);
    EXPECT_THAT(reactors.told, ElementsAre("Withdraw alice"));

    start_connector();
    EXPECT_EQ(state_of("alice"), AccountState::paused);
    EXPECT_THAT(reactors.told, IsEmpty());

    const auto resumed = run(connector->resume("alice"));
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->state, AccountState::connecting);
    EXPECT_THAT(reactors.told, ElementsAre("Serve alice v3"));
    EXPECT_THAT(changes, ElementsAre("alice: live to paused", "alice: paused to connecting"));
}

TEST_F(Pausing, TwiceIsPausingOnce) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    const std::uint64_t version = file.rows.at("alice").record.version;
    ASSERT_TRUE(run(connector->pause("alice")));
    EXPECT_EQ(file.rows.at("alice").record.version, version);
}

TEST_F(Pausing, ResumingWhatIsNotPausedChangesNothing) {
    connect("alice");
    ASSERT_TRUE(run(connector->resume("alice")));
    EXPECT_THAT(reactors.told, IsEmpty());
}

TEST_F(Pausing, AndResumingARefusedAccountDoesNotTryItsPasswordAgain) {
    connect("alice");
    tell_refused("alice", 1);
    ASSERT_TRUE(run(connector->pause("alice")));
    resume_what_is_refused("alice");
}

TEST_F(Pausing, LateEventsOfThePoolChangeNothing) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    tell_state("alice", imap::AccountState::State::live, 1);
    tell_refused("alice", 1);
    EXPECT_EQ(state_of("alice"), AccountState::paused);
    EXPECT_FALSE(run(connector->find("alice"))->problem);
}

TEST_F(Pausing, DoesNotForgetTheRefusalOfASignInThatWasUnderWay) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    tell_refused("alice", 1);
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::paused);
    for (const bool restarts : {false, true}) {
        if (restarts) start_connector();
        resume_what_is_refused("alice");
        ASSERT_TRUE(run(connector->pause("alice")));
    }
}

TEST_F(Pausing, DoesNotForgetARefusalThatComesWhileItIsWritten) {
    connect("alice");
    file.hold_puts = true;
    const auto pausing = begin(connector->pause("alice"));
    tell_refused("alice", 1);
    file.hold_puts = false;
    file.answer_held();
    settle();
    ASSERT_TRUE(pausing->result);
    EXPECT_EQ(state_of("alice"), AccountState::paused);
    EXPECT_EQ(run(connector->resume("alice"))->state, AccountState::refused);
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::refused);
}

TEST_F(Pausing, DoesNotForgetARefusalThatComesWhileItsEndIsWritten) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    file.hold_puts = true;
    const auto resuming = begin(connector->resume("alice"));
    tell_refused("alice", 1);
    reactors.told.clear();
    file.hold_puts = false;
    file.answer_held();
    settle();
    ASSERT_TRUE(resuming->result);
    EXPECT_EQ(state_of("alice"), AccountState::refused);
    EXPECT_THAT(reactors.told, IsEmpty());
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::refused);
}

TEST_F(Pausing, ThatIsOverAlreadyDoesNotKeepARefusalFromComing) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    ASSERT_TRUE(run(connector->resume("alice")));
    reactors.told.clear();
    tell_refused("alice", 1);
    EXPECT_EQ(state_of("alice"), AccountState::refused);
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::refused);
    reactors.tell(imap::CredentialWanted{"alice", 3});
    settle();
    EXPECT_THAT(reactors.told, ElementsAre("Withdraw alice", "Give alice v3 conflict"));
}

TEST_F(Pausing, DropsTheRefusalOfAPasswordThatWasReplaced) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    ASSERT_TRUE(run(connector->change("alice", new_password("right"))));
    tell_refused("alice", 1);
    EXPECT_EQ(run(connector->resume("alice"))->state, AccountState::connecting);
}

TEST_F(Pausing, ANewPasswordEndsWhatWasRefusedBefore) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    tell_refused("alice", 1);
    ASSERT_TRUE(run(connector->change("alice", new_password("right"))));
    EXPECT_FALSE(file.rows.at("alice").record.problem);
    EXPECT_EQ(run(connector->resume("alice"))->state, AccountState::connecting);
}

using Refused = ConnectorTest;

TEST_F(Refused, IsStoredSoThatARestartDoesNotTryAgain) {
    connect("alice");
    tell_refused("alice", 1);
    EXPECT_THAT(changes, ElementsAre("alice: live to refused"));
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::refused);

    start_connector();
    EXPECT_THAT(reactors.told, IsEmpty());
    const auto found = run(connector->find("alice"));
    EXPECT_EQ(found->state, AccountState::refused);
    EXPECT_EQ(found->problem->detail, "The password was changed.");
}

TEST_F(Refused, VerifyTriesTheStoredPasswordOnceAndServesWhenItIsTaken) {
    connect("alice");
    tell_refused("alice", 1);
    const auto verified = run(connector->verify("alice"));
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->state, AccountState::live);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v3 right", "Serve alice v3"));
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::active);
}

TEST_F(Refused, VerifyAnswersTheProvidersRefusalAndTheAccountStaysRefused) {
    connect("alice");
    tell_refused("alice", 1);
    reactors.passwords["alice@example.com"] = "newer";
    const auto verified = run(connector->verify("alice"));
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(state_of("alice"), AccountState::refused);
}

TEST_F(Refused, EventOfAnOlderVersionIsDropped) {
    connect("alice");
    ASSERT_TRUE(run(connector->put(request("alice"))));
    tell_refused("alice", 1);
    EXPECT_EQ(state_of("alice"), AccountState::live);
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::active);
}

TEST_F(Refused, OfTheOldPasswordIsNotStoredOverTheNewOne) {
    connect("alice");
    file.hold_puts = true;
    const auto change = begin(connector->change("alice", new_password("right")));
    tell_refused("alice", 1);
    file.hold_puts = false;
    file.answer_held();
    settle();
    ASSERT_TRUE(change->result);
    EXPECT_TRUE(*change->result);
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::active);
    EXPECT_EQ(state_of("alice"), AccountState::live);
}

TEST_F(Refused, IsNotForgottenWhenTheVaultCannotWrite) {
    connect("alice");
    file.write_problem = problem(ProblemKind::vault_full, "The disk is full.");
    tell_refused("alice", 1);
    EXPECT_EQ(state_of("alice"), AccountState::refused);
}

using Restarting = ConnectorTest;

TEST_F(Restarting, ServesWhatIsActiveByItsStoredVersionWithoutSigningIn) {
    connect("alice");
    ASSERT_TRUE(run(connector->put(request("alice"))));
    start_connector();
    EXPECT_THAT(reactors.told, ElementsAre("Serve alice v2"));
    EXPECT_EQ(state_of("alice"), AccountState::connecting);
    reactors.tell(imap::CredentialWanted{"alice", 2});
    settle();
    EXPECT_EQ(reactors.told.back(), "Give alice v2 right");
}

using Credentials = ConnectorTest;

TEST_F(Credentials, AreNotGivenForAnOlderVersion) {
    connect("alice");
    ASSERT_TRUE(run(connector->put(request("alice"))));
    reactors.told.clear();
    reactors.tell(imap::CredentialWanted{"alice", 1});
    settle();
    EXPECT_THAT(reactors.told, ElementsAre("Give alice v1 conflict"));
}

TEST_F(Credentials, AreNotGivenForAccountsThatArePausedOrGone) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    reactors.told.clear();
    reactors.tell(imap::CredentialWanted{"alice", 1});
    reactors.tell(imap::CredentialWanted{"nobody", 1});
    settle();
    EXPECT_THAT(reactors.told,
                testing::UnorderedElementsAre("Give alice v1 conflict", "Give nobody v1 conflict"));
}

using Verifying = ConnectorTest;

TEST_F(Verifying, LiveAccountIsCheckedThroughItsPool) {
    connect("alice");
    EXPECT_TRUE(run(connector->verify("alice")));
    EXPECT_THAT(reactors.told, ElementsAre("Check alice"));
    reactors.check_result = problem(ProblemKind::cannot_connect, "Nobody there.");
    EXPECT_EQ(run(connector->verify("alice")).error().kind, ProblemKind::cannot_connect);
}

TEST_F(Verifying, PausedAccountIsNotTried) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    reactors.told.clear();
    EXPECT_EQ(run(connector->verify("alice")).error().kind, ProblemKind::account_paused);
    EXPECT_THAT(reactors.told, IsEmpty());
}

}  // namespace
}  // namespace gatepost::connector
