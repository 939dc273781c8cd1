#include "connector/account_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::connector {
namespace {

using testing::ElementsAre;
using Reactor = imap::AccountState::State;
using Standing = vault::AccountRecord::Standing;
using Time = AccountStatus::Time;

Time at(int seconds) {
    return Time(std::chrono::seconds(seconds));
}

imap::AccountState event(Reactor state, std::uint64_t version) {
    imap::AccountState event;
    event.account = "a";
    event.state = state;
    event.version = version;
    return event;
}

imap::AccountState event(Reactor state, std::uint64_t version, ProblemKind kind) {
    imap::AccountState with_problem = event(state, version);
    with_problem.problem = problem(kind, "Because.");
    return with_problem;
}

AccountStatus served(std::uint64_t version) {
    AccountStatus status(vault::AccountRecord{}, at(0));
    status.serve(version, at(0));
    return status;
}

TEST(AccountStatus, ActiveAccountStartsConnectingFromNowOn) {
    vault::AccountRecord record;
    record.state_since_ms = 5000;
    const AccountStatus status(record, at(100));
    EXPECT_EQ(status.state(), AccountState::connecting);
    EXPECT_EQ(status.since(), at(100));
    EXPECT_FALSE(status.is_served_as(0));
}

TEST(AccountStatus, RefusedAccountIsStillRefusedAfterARestartWithItsProblemAndTime) {
    vault::AccountRecord record;
    record.standing = Standing::refused;
    record.problem = problem(ProblemKind::sign_in_refused, "Wrong password.");
    record.state_since_ms = 5000;
    const AccountStatus status(record, at(100));
    EXPECT_EQ(status.state(), AccountState::refused);
    EXPECT_EQ(status.problem(), record.problem);
    EXPECT_EQ(status.since(), at(5));
}

TEST(AccountStatus, RefusedRecordWithoutWordsGetsSome) {
    vault::AccountRecord record;
    record.standing = Standing::refused;
    const AccountStatus status(record, at(0));
    ASSERT_TRUE(status.problem());
    EXPECT_EQ(status.problem()->kind, ProblemKind::sign_in_refused);
}

TEST(AccountStatus, PausedAccountIsStillPausedAfterARestart) {
    vault::AccountRecord record;
    record.standing = Standing::paused;
    EXPECT_EQ(AccountStatus(record, at(0)).state(), AccountState::paused);
}

TEST(AccountStatus, LiveCarriesTheCapabilities) {
    AccountStatus status = served(1);
    imap::AccountState live = event(Reactor::live, 1);
    live.capabilities = {"IMAP4REV1", "IDLE"};
    EXPECT_TRUE(status.apply(live, at(3)));
    EXPECT_EQ(status.state(), AccountState::live);
    EXPECT_EQ(status.since(), at(3));
    EXPECT_THAT(status.capabilities(), ElementsAre("IMAP4REV1", "IDLE"));
}

TEST(AccountStatus, SignedInAccountIsLiveAtOnceAndStaysSoSinceThen) {
    AccountStatus status(vault::AccountRecord{}, at(0));
    status.serve_signed_in(1, {"IDLE"}, at(5));
    EXPECT_EQ(status.state(), AccountState::live);
    EXPECT_THAT(status.capabilities(), ElementsAre("IDLE"));
    status.apply(event(Reactor::live, 1), at(9));
    EXPECT_EQ(status.since(), at(5));
}

TEST(AccountStatus, RetryingSaysWhyAndWhenUntilItIsOver) {
    AccountStatus status = served(1);
    imap::AccountState retrying = event(Reactor::retrying, 1, ProblemKind::cannot_connect);
    retrying.retry_in = std::chrono::seconds(4);
    EXPECT_TRUE(status.apply(retrying, at(10)));
    EXPECT_EQ(status.state(), AccountState::retrying);
    EXPECT_EQ(status.problem(), retrying.problem);
    EXPECT_EQ(status.retry_at(), at(14));

    EXPECT_TRUE(status.apply(event(Reactor::live, 1), at(15)));
    EXPECT_FALSE(status.problem());
    EXPECT_FALSE(status.retry_at());
}

TEST(AccountStatus, RepeatedRetriesAreOneStateWithTheNewestReason) {
    AccountStatus status = served(1);
    status.apply(event(Reactor::retrying, 1, ProblemKind::cannot_connect), at(10));
    status.apply(event(Reactor::retrying, 1, ProblemKind::tls_failed), at(20));
    EXPECT_EQ(status.since(), at(10));
    EXPECT_EQ(status.problem()->kind, ProblemKind::tls_failed);
    EXPECT_EQ(status.retry_at(), at(20));
}

TEST(AccountStatus, RefusalStaysWhateverTheReactorSaysAfterIt) {
    AccountStatus status = served(1);
    EXPECT_TRUE(status.apply(event(Reactor::refused, 1, ProblemKind::sign_in_refused), at(1)));
    EXPECT_FALSE(status.apply(event(Reactor::live, 1), at(2)));
    EXPECT_FALSE(status.apply(event(Reactor::connecting, 1), at(3)));
    EXPECT_EQ(status.state(), AccountState::refused);
    EXPECT_EQ(status.problem()->kind, ProblemKind::sign_in_refused);
    EXPECT_FALSE(status.is_served_as(1));
}

TEST(AccountStatus, RefusalEndsWithANewVersion) {
    AccountStatus status = served(1);
    status.apply(event(Reactor::refused, 1, ProblemKind::sign_in_refused), at(1));
    status.serve(3, at(2));
    EXPECT_EQ(status.state(), AccountState::connecting);
    EXPECT_FALSE(status.problem());
    EXPECT_TRUE(status.apply(event(Reactor::live, 3), at(3)));
    EXPECT_EQ(status.state(), AccountState::live);
}

TEST(AccountStatus, EventsOfAnOlderCredentialChangeNothing) {
    AccountStatus status = served(2);
    status.renew_credential(2);
    status.apply(event(Reactor::live, 2), at(1));
    EXPECT_FALSE(status.apply(event(Reactor::refused, 1, ProblemKind::sign_in_refused), at(2)));
    EXPECT_EQ(status.state(), AccountState::live);
    EXPECT_FALSE(status.problem());
    EXPECT_FALSE(status.refusal());
}

TEST(AccountStatus, OfAnOlderVersionOnlyARefusalCounts) {
    AccountStatus status = served(1);
    status.pause(at(1));
    status.serve(3, at(2));
    for (const auto state : {Reactor::live, Reactor::retrying, Reactor::connecting})
        EXPECT_FALSE(status.apply(event(state, 1), at(3)));
    EXPECT_EQ(status.state(), AccountState::connecting);
    EXPECT_TRUE(status.apply(event(Reactor::refused, 1, ProblemKind::sign_in_refused), at(4)));
    EXPECT_EQ(status.state(), AccountState::refused);
    EXPECT_FALSE(status.is_served_as(3));
}

TEST(AccountStatus, PausedAccountStaysPausedAndRemembersARefusal) {
    AccountStatus status = served(1);
    status.pause(at(1));
    EXPECT_TRUE(status.apply(event(Reactor::refused, 1, ProblemKind::app_password_needed), at(2)));
    EXPECT_EQ(status.state(), AccountState::paused);
    EXPECT_EQ(status.since(), at(1));
    EXPECT_FALSE(status.problem());
    ASSERT_TRUE(status.refusal());
    EXPECT_EQ(status.refusal()->kind, ProblemKind::app_password_needed);
    status.renew_credential(2);
    EXPECT_FALSE(status.refusal());
    EXPECT_FALSE(status.apply(event(Reactor::refused, 1, ProblemKind::sign_in_refused), at(3)));
    EXPECT_FALSE(status.refusal());
}

TEST(AccountStatus, PausedAccountRemembersARefusalThroughARestart) {
    vault::AccountRecord record;
    record.standing = Standing::paused;
    record.problem = problem(ProblemKind::sign_in_refused, "Wrong password.");
    const AccountStatus status(record, at(0));
    EXPECT_EQ(status.refusal(), record.problem);
    EXPECT_FALSE(status.problem());
}

TEST(AccountStatus, PausedAccountHearsNoEvents) {
    AccountStatus status = served(1);
    status.pause(at(1));
    EXPECT_FALSE(status.apply(event(Reactor::live, 1), at(2)));
    EXPECT_EQ(status.state(), AccountState::paused);
    EXPECT_EQ(status.since(), at(1));
}

TEST(AccountStatus, OnlyPausedAndRefusedAccountsGiveNoSessions) {
    AccountStatus status = served(1);
    EXPECT_FALSE(why_no_sessions(status));
    status.apply(event(Reactor::retrying, 1, ProblemKind::cannot_connect), at(1));
    EXPECT_FALSE(why_no_sessions(status));
    status.pause(at(2));
    EXPECT_EQ(why_no_sessions(status)->kind, ProblemKind::account_paused);
    status.refuse(problem(ProblemKind::app_password_needed, "Because."), at(3));
    EXPECT_EQ(why_no_sessions(status)->kind, ProblemKind::app_password_needed);
}

TEST(AccountState, NamesAreTheContractsAndComeBack) {
    for (const AccountState state :
         {AccountState::connecting, AccountState::live, AccountState::retrying,
          AccountState::refused, AccountState::paused}) {
        EXPECT_EQ(account_state_of(name_of(state)), state);
    }
    EXPECT_EQ(name_of(AccountState::retrying), "retrying");
    EXPECT_FALSE(account_state_of("dead"));
}

}  // namespace
}  // namespace gatepost::connector
