// Connecting and replacing accounts: what is said to the reactor and the vault, and in which order.
#include "connector_conversation.h"

namespace gatepost::connector {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Connecting = ConnectorTest;

TEST_F(Connecting, SignsInThenStoresThenServesTheVersionThatSignedIn) {
    const auto connected = run(connector->connect(request("alice")));
    ASSERT_TRUE(connected);
    EXPECT_TRUE(connected->created);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v1 right", "Serve alice v1"));
    EXPECT_EQ(file.rows.at("alice").credential, "right");
    EXPECT_EQ(file.rows.at("alice").record.version, 1U);
}

TEST_F(Connecting, AnswersAnAccountThatIsLive) {
    const auto connected = run(connector->connect(request("alice")));
    ASSERT_TRUE(connected);
    const Account& account = connected->account;
    EXPECT_EQ(account.record.email, "alice@example.com");
    EXPECT_EQ(account.record.provider, "example.com");
    EXPECT_EQ(account.state, AccountState::live);
    EXPECT_THAT(account.capabilities, ElementsAre("IMAP4REV1", "IDLE"));
    EXPECT_EQ(account.sessions.idle, 1U);
    EXPECT_GT(account.record.created_at_ms, 0);
    EXPECT_THAT(changes, ElementsAre("alice: none to live"));
}

TEST_F(Connecting, WithoutAnIdGetsOne) {
    ConnectRequest anonymous = request("alice");
    anonymous.id.reset();
    const auto connected = run(connector->connect(std::move(anonymous)));
    ASSERT_TRUE(connected);
    EXPECT_EQ(connected->account.record.id.substr(0, 4), "acc_");
}

TEST_F(Connecting, WithAWrongPasswordStoresNothingAndLeavesThePlaceFree) {
    const auto refused = run(connector->connect(request("alice", "wrong")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::sign_in_refused);
    EXPECT_THAT(file.rows, IsEmpty());
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v1 wrong"));
    EXPECT_TRUE(run(connector->connect(request("alice"))));
}

TEST_F(Connecting, ThatCannotBeStoredWithdrawsTheSessionAndIsNoAccount) {
    file.write_problem = problem(ProblemKind::vault_full, "The disk is full.");
    const auto refused = run(connector->connect(request("alice")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::vault_full);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v1 right", "Withdraw alice for good"));
    EXPECT_EQ(run(connector->find("alice")).error().kind, ProblemKind::unknown_account);
}

TEST_F(Connecting, BadRequestsAreRefusedBeforeAnythingIsTried) {
    ConnectRequest bad_id = request("alice");
    bad_id.id = "a b";
    ConnectRequest no_password = request("alice");
    no_password.password.reset();
    ConnectRequest empty_password = request("alice", "");
    ConnectRequest bad_host = request("alice");
    bad_host.imap->host = "127.0.0.1";
    for (ConnectRequest* bad : {&bad_id, &no_password, &empty_password, &bad_host}) {
        const auto refused = run(connector->connect(std::move(*bad)));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().problem.kind, ProblemKind::bad_request);
    }
    ConnectRequest no_address = request("alice");
    no_address.email = "alice";
    EXPECT_EQ(run(connector->connect(std::move(no_address))).error().problem.kind,
              ProblemKind::invalid_address);
    EXPECT_THAT(reactors.told, IsEmpty());
}

TEST_F(Connecting, TakenAddressIsRefusedWithItsAccountBeforeSigningIn) {
    connect("alice");
    ConnectRequest again = request("alice");
    again.id = "other";
    const auto refused = run(connector->connect(std::move(again)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::already_exists);
    EXPECT_EQ(refused.error().problem.fact("account"), "alice");
    EXPECT_THAT(reactors.told, IsEmpty());
}

TEST_F(Connecting, OfTwoAtTheSameTimeOneWins) {
    reactors.hold_sign_ins = true;
    const auto first = begin(connector->connect(request("alice")));
    ConnectRequest other = request("alice");
    other.id.reset();
    const auto second = run(connector->connect(std::move(other)));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().problem.kind, ProblemKind::already_exists);
    reactors.answer_held();
    settle();
    ASSERT_TRUE(first->result);
    EXPECT_TRUE(*first->result);
}

TEST_F(Connecting, GoesOnToItsEndWhenItsCallerGoesAway) {
    reactors.hold_sign_ins = true;
    const auto started = begin(connector->connect(request("alice")));
    started->cancel.emit(asio::cancellation_type::all);
    settle();
    reactors.answer_held();
    settle();
    EXPECT_EQ(file.rows.count("alice"), 1U);
    EXPECT_EQ(state_of("alice"), AccountState::live);
}

TEST_F(Connecting, UnknownDomainIsToldWithTheEvidence) {
    ConnectRequest unknown = request("alice");
    unknown.imap.reset();
    const auto refused = run(connector->connect(std::move(unknown)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::settings_not_found);
    ASSERT_TRUE(refused.error().report);
    EXPECT_FALSE(refused.error().report->evidence.empty());
    EXPECT_THAT(reactors.told, IsEmpty());
}

TEST_F(Connecting, ProviderWithAppPasswordsSaysSoWhenItRefuses) {
    ConnectRequest gmail = request("alice", "wrong");
    gmail.email = "alice@gmail.com";
    gmail.imap.reset();
    const auto refused = run(connector->connect(std::move(gmail)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::app_password_needed);
    EXPECT_EQ(refused.error().problem.fact("documentation").substr(0, 8), "https://");
}

TEST_F(Connecting, ProviderWithoutImapIsRefusedBeforeSigningIn) {
    ConnectRequest proton = request("alice");
    proton.email = "alice@proton.me";
    proton.imap.reset();
    const auto refused = run(connector->connect(std::move(proton)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::no_imap);
    EXPECT_THAT(reactors.told, IsEmpty());
}

// Settings that are found in the DNS alone, and lead out of the address's domain.
class Unproven : public ConnectorTest {
  protected:
    Unproven() { dns.imaps = "imap.attacker.net"; }

    static ConnectRequest found_by_discovery() {
        ConnectRequest alice = request("alice");
        alice.imap.reset();
        return alice;
    }

    void expect_question(const Outcome<Connected>& outcome) {
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().problem.kind, ProblemKind::settings_unproven);
        ASSERT_TRUE(outcome.error().report);
        EXPECT_EQ(outcome.error().report->settings.host, "imap.attacker.net");
        EXPECT_THAT(reactors.told, IsEmpty()) << "nobody may be given the password";
        EXPECT_THAT(file.rows, IsEmpty());
        EXPECT_EQ(run(connector->find("alice")).error().kind, ProblemKind::unknown_account);
    }
};

TEST_F(Unproven, SettingsGetNoPasswordWhoeverAsksHoweverOften) {
    expect_question(run(connector->connect(found_by_discovery())));
    expect_question(run(connector->put(found_by_discovery())));
    expect_question(run(connector->connect(found_by_discovery())));
}

TEST_F(Unproven, SettingsAreUsedWhenTheyAreAccepted) {
    ConnectRequest accepting = found_by_discovery();
    accepting.accept_unproven = true;
    const auto connected = run(connector->connect(std::move(accepting)));
    ASSERT_TRUE(connected) << connected.error().problem.detail;
    EXPECT_EQ(connected->account.record.settings.host, "imap.attacker.net");
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v1 right", "Serve alice v1"));
}

TEST_F(Unproven, SettingsAreUsedWhenTheyAreSentBack) {
    const auto question = run(connector->put(found_by_discovery()));
    ASSERT_FALSE(question);
    const Settings found = question.error().report->settings;
    ConnectRequest confirming = found_by_discovery();
    confirming.imap = ImapRequest{found.host, found.port, found.security, found.username};
    const auto connected = run(connector->put(std::move(confirming)));
    ASSERT_TRUE(connected) << connected.error().problem.detail;
    EXPECT_EQ(connected->account.record.settings.host, "imap.attacker.net");
}

TEST_F(Unproven, SettingsDoNotReplaceThoseOfAnAccountWithoutAWord) {
    connect("alice");
    const auto question = run(connector->put(found_by_discovery()));
    ASSERT_FALSE(question);
    EXPECT_EQ(question.error().problem.kind, ProblemKind::settings_unproven);
    EXPECT_THAT(reactors.told, IsEmpty());
    EXPECT_EQ(file.rows.at("alice").record.settings.host, "imap.example.com");
}

TEST_F(Unproven, ServerWithinTheDomainNeedsNoWord) {
    dns.imaps = "mailbox.example.com";
    const auto connected = run(connector->connect(found_by_discovery()));
    ASSERT_TRUE(connected) << connected.error().problem.detail;
    EXPECT_EQ(connected->account.record.settings.host, "mailbox.example.com");
}

using Putting = ConnectorTest;

TEST_F(Putting, CreatesThenReplacesTheCredentials) {
    EXPECT_TRUE(run(connector->put(request("alice")))->created);
    reactors.told.clear();
    reactors.passwords["alice@example.com"] = "newer";
    const auto replaced = run(connector->put(request("alice", "newer")));
    ASSERT_TRUE(replaced);
    EXPECT_FALSE(replaced->created);
    EXPECT_EQ(replaced->account.record.version, 2U);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v2 newer", "Serve alice v2"));
    EXPECT_EQ(file.rows.at("alice").credential, "newer");
}

TEST_F(Putting, KeepsWhatWasThereWhenTheNewPasswordIsWrong) {
    connect("alice");
    EXPECT_FALSE(run(connector->put(request("alice", "wrong"))));
    EXPECT_EQ(file.rows.at("alice").credential, "right");
    EXPECT_EQ(file.rows.at("alice").record.version, 1U);
    EXPECT_EQ(state_of("alice"), AccountState::live);
}

TEST_F(Putting, IdOfAnotherMailboxIsRefused) {
    connect("alice");
    ConnectRequest other = request("alice");
    other.email = "bob@example.com";
    const auto refused = run(connector->put(std::move(other)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.kind, ProblemKind::already_exists);
    EXPECT_THAT(reactors.told, IsEmpty());
}

TEST_F(Putting, AddressOfAnotherAccountIsRefused) {
    connect("alice");
    ConnectRequest other = request("bob");
    other.email = "alice@example.com";
    const auto refused = run(connector->put(std::move(other)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem.fact("account"), "alice");
}

TEST_F(Putting, OfOneIdAtTheSameTimeFollowEachOther) {
    reactors.hold_sign_ins = true;
    const auto first = begin(connector->put(request("alice")));
    const auto second = begin(connector->put(request("alice")));
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v1 right"));
    reactors.answer_held();
    settle();
    ASSERT_TRUE(first->result);
    EXPECT_TRUE((*first->result)->created);
    reactors.answer_held();
    settle();
    ASSERT_TRUE(second->result);
    EXPECT_FALSE((*second->result)->created);
    EXPECT_THAT(reactors.told, ElementsAre("SignIn alice v1 right", "Serve alice v1",
                                           "SignIn alice v2 right", "Serve alice v2"));
}

}  // namespace
}  // namespace gatepost::connector
