#include "imap/lease_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/result.h"
#include "imap/relay_commands.h"

namespace gatepost::imap {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(LeaseAnswer, TellsTheCapabilitiesInTheSameLine) {
    EXPECT_EQ(signed_in_answer("a1", "IMAP4rev1 IDLE"),
              "a1 OK [CAPABILITY IMAP4rev1 IDLE] Signed in\r\n");
}

TEST(LeaseAnswer, SaysWhyThereIsNoSession) {
    const struct {
        ProblemKind kind;
        const char* code;
    } cases[] = {{ProblemKind::sign_in_refused, "[AUTHENTICATIONFAILED]"},
                 {ProblemKind::app_password_needed, "[AUTHENTICATIONFAILED]"},
                 {ProblemKind::no_imap, "[AUTHENTICATIONFAILED]"},
                 {ProblemKind::unknown_account, "[AUTHENTICATIONFAILED]"},
                 {ProblemKind::overloaded, "[INUSE]"},
                 {ProblemKind::account_paused, "[UNAVAILABLE]"},
                 {ProblemKind::cannot_connect, "[UNAVAILABLE]"},
                 {ProblemKind::timed_out, "[UNAVAILABLE]"},
                 {ProblemKind::internal, "[UNAVAILABLE]"}};
    for (const auto& [kind, code] : cases) {
        EXPECT_EQ(turned_away_answer("a1", problem(kind, "Why.")),
                  "a1 NO " + std::string(code) + " Why.\r\n");
    }
}

TEST(LeaseAnswer, ReasonsCannotAddLinesOrControlCharacters) {
    const auto answer = turned_away_answer(
        "a1", problem(ProblemKind::cannot_connect, "bad\r\na2 OK \x1b[2J caf\xc3\xa9"));
    EXPECT_EQ(answer, "a1 NO [UNAVAILABLE] bad  a2 OK ?[2J caf??\r\n");
}

TEST(LeaseAnswer, LongReasonsAreCut) {
    const auto answer = bye_line(std::string(10'000, 'x'));
    EXPECT_LT(answer.size(), 500U);
    EXPECT_THAT(answer, EndsWith("x\r\n"));
}

TEST(LeaseCapabilities, AreTheProvidersWithoutWhatALeaseCannotHave) {
    EXPECT_EQ(
        capabilities_in_a_lease({"IMAP4REV1", "SASL-IR", "AUTH=PLAIN", "AUTH=XOAUTH2", "STARTTLS",
                                 "LOGINDISABLED", "IDLE", "ENABLE", "COMPRESS=DEFLATE", "NOTIFY",
                                 "QRESYNC", "UTF8=ACCEPT", "IMAP4REV2", "UNAUTHENTICATE",
                                 "LITERAL+", "UNSELECT", "CONDSTORE"}),
        "IMAP4rev1 IDLE LITERAL+ UNSELECT CONDSTORE");
}

TEST(LeaseCapabilities, BeginWithTheProtocolsNameWhateverTheProviderLists) {
    EXPECT_EQ(capabilities_in_a_lease({"IDLE", "IMAP4REV1"}), "IMAP4rev1 IDLE");
    EXPECT_EQ(capabilities_in_a_lease({}), "IMAP4rev1");
}

TEST(LeaseCommands, ThatSignInOrChangeTheSessionForGoodAreUnavailable) {
    for (const char* command : {"LOGIN", "AUTHENTICATE", "STARTTLS", "ENABLE", "COMPRESS", "NOTIFY",
                                "UNAUTHENTICATE", "LANGUAGE"}) {
        EXPECT_TRUE(is_unavailable_in_a_lease(command)) << command;
    }
    for (const char* command : {"NOOP", "SELECT", "FETCH", "UID", "APPEND", "ID", "XLIST"}) {
        EXPECT_FALSE(is_unavailable_in_a_lease(command)) << command;
    }
}

}  // namespace
}  // namespace gatepost::imap
