// Changing accounts, and what happens to them meanwhile.
#include "connector_conversation.h"

namespace gatepost::connector {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Standing = vault::AccountRecord::Standing;

using Changing = ConnectorTest;

TEST_F(Changing, LabelsSignsInNowhereAndThePoolStillGetsItsCredential) {
    connect("alice");
    ChangeRequest labels;
    labels.labels = team_blue();
    const auto changed = run(connector->change("alice", std::move(labels)));
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->record.labels.at("team"), "blue");
    EXPECT_EQ(file.rows.at("alice").record.labels.at("team"), "blue");
    EXPECT_THAT(reactors.told, IsEmpty());

    reactors.tell(imap::CredentialWanted{"alice", 1});
    settle();
    EXPECT_THAT(reactors.told, ElementsAre("Give alice v1 right"));
}

TEST_F(Changing, PasswordSignsInAnewAndKeepsTheRest) {
    ConnectRequest labelled = request("alice");
    labelled.labels = team_blue();
    ASSERT_TRUE(run(connector->connect(std::move(labelled))));
    reactors.told.clear();
    reactors.passwords["alice@example.com"] = "newer";
    const auto changed = run(connector->change("alice", new_password("newer")));
    ASSERT_TRUE(changed);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v2 newer", "Serve alice v2"));
    EXPECT_EQ(file.rows.at("alice").credential, "newer");
    EXPECT_EQ(changed->record.labels.at("team"), "blue");
    EXPECT_EQ(changed->record.provider, "example.com");
}

TEST_F(Changing, ToAWrongPasswordChangesNothing) {
    connect("alice");
    ChangeRequest wrong = new_password("wrong");
    wrong.labels = team_blue();
    const auto refused = run(connector->change("alice", std::move(wrong)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(file.rows.at("alice").record.version, 1U);
    EXPECT_TRUE(file.rows.at("alice").record.labels.empty());
    EXPECT_EQ(state_of("alice"), AccountState::live);
}

TEST_F(Changing, HostNeedsThePasswordToo) {
    connect("alice");
    ChangeRequest elsewhere;
    elsewhere.imap.emplace();
    elsewhere.imap->host = "mail.example.com";
    const auto refused = run(connector->change("alice", std::move(elsewhere)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::bad_request);
    EXPECT_EQ(refused.error().problem.fact("field"), "password");
    EXPECT_THAT(reactors.told, IsEmpty());

    ChangeRequest with_password = new_password("right");
    with_password.imap.emplace();
    with_password.imap->host = "mail.example.com";
    const auto changed = run(connector->change("alice", std::move(with_password)));
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->record.settings.host, "mail.example.com");
}

TEST_F(Changing, SettingsSignsInWithTheStoredPassword) {
    connect("alice");
    ChangeRequest settings;
    settings.imap.emplace();
    settings.imap->host = "imap.example.com";
    settings.imap->security = Security::starttls;
    const auto changed = run(connector->change("alice", std::move(settings)));
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->record.settings.port, 143);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v2 right", "Serve alice v2"));
    EXPECT_EQ(file.rows.at("alice").credential, "right");
}

TEST_F(Changing, PasswordOfARefusedAccountMakesItLive) {
    connect("alice");
    tell_refused("alice", 1);
    reactors.passwords["alice@example.com"] = "newer";
    const auto changed = run(connector->change("alice", new_password("newer")));
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->state, AccountState::live);
    EXPECT_FALSE(changed->problem);
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::active);
    EXPECT_FALSE(file.rows.at("alice").record.problem);
}

TEST_F(Changing, PasswordOfAPausedAccountLeavesItPaused) {
    connect("alice");
    ASSERT_TRUE(run(connector->pause("alice")));
    reactors.told.clear();
    reactors.passwords["alice@example.com"] = "newer";
    const auto changed = run(connector->change("alice", new_password("newer")));
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->state, AccountState::paused);
    EXPECT_EQ(file.rows.at("alice").credential, "newer");
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v3 newer", "Withdraw alice"));
}

TEST_F(Changing, ServesTheStoredVersionWhenARefusalWasStoredMeanwhile) {
    connect("alice");
    reactors.hold_sign_ins = true;
    const auto change = begin(connector->change("alice", new_password("right")));
    tell_refused("alice", 1);
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::refused);
    reactors.answer_held();
    settle();
    ASSERT_TRUE(change->result);
    ASSERT_TRUE(*change->result);
    EXPECT_EQ(file.rows.at("alice").record.standing, Standing::active);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v2 right", "Serve alice v3"));
    EXPECT_EQ(state_of("alice"), AccountState::live);
}

TEST_F(Changing, AccountThatIsRemovedMeanwhileStaysRemoved) {
    connect("alice");
    reactors.hold_sign_ins = true;
    const auto change = begin(connector->change("alice", new_password("right")));
    ASSERT_TRUE(run(connector->remove("alice")));
    reactors.answer_held();
    settle();
    ASSERT_TRUE(change->result);
    ASSERT_FALSE(*change->result);
    EXPECT_EQ(change->result->error().problem.kind, ProblemKind::unknown_account);
    EXPECT_THAT(file.rows, IsEmpty());
    // Once for the account, and once for the session that came after it.
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v2 right", "Withdraw alice for good",
                                           "Withdraw alice for good"));
}

TEST_F(Changing, UnknownAccountIsToldByTheNameThatWasAskedFor) {
    const auto refused = run(connector->change("nobody", {}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::unknown_account);
}

}  // namespace
}  // namespace gatepost::connector
