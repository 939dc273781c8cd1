// Signing in under TLS: greeting, capabilities, mechanism, what follows.
#include "imap/sign_in.h"

#include <gtest/gtest.h>

#include "sign_in_conversation.h"

namespace gatepost::imap {
namespace {

using Talk = SignInConversation;

// "\0alice\0sesame"
const std::string plain_response = "AGFsaWNlAHNlc2FtZQ==";

TEST(SignIn, TakesTheFewestRoundTripsWhenTheServerTellsItsCapabilities) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN " + plain_response)
        .receives("G1 OK [CAPABILITY IMAP4rev1 IDLE] welcome")
        .ends_ready({"IMAP4REV1", "IDLE"});
}

TEST(SignIn, AsksForCapabilitiesWhenTheGreetingTellsNone) {
    Talk()
        .starts_tls()
        .receives("* OK ready")
        .sends("G1 CAPABILITY")
        .receives("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN")
        .receives("G1 OK done")
        .sends("G2 AUTHENTICATE PLAIN " + plain_response)
        .receives("G2 OK welcome")
        .sends("G3 CAPABILITY")
        .receives("* CAPABILITY IMAP4rev1 UNSELECT")
        .receives("G3 OK done")
        .ends_ready({"IMAP4REV1", "UNSELECT"});
}

TEST(SignIn, AcceptsCapabilitiesToldBeforeTheLoginIsAnswered) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN " + plain_response)
        .receives("* CAPABILITY IMAP4rev1 MOVE")
        .receives("G1 OK alice authenticated (Success)")
        .ends_ready({"IMAP4REV1", "MOVE"});
}

TEST(SignIn, IdentifiesItselfInTheSameRoundTripAsCapability) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN ID] ready")
        .sends("G1 AUTHENTICATE PLAIN " + plain_response)
        .receives("G1 OK welcome")
        .sends("G2 CAPABILITY\r\nG3 ID (\"name\" \"Gatepost\")")
        .receives("* ID (\"name\" \"Server\")")
        .receives("G3 OK done")
        .receives("* CAPABILITY IMAP4rev1 ID")
        .receives("G2 OK done")
        .ends_ready({"IMAP4REV1", "ID"});
}

TEST(SignIn, IdentifiesItselfWhenIdIsOfferedOnlyThen) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN " + plain_response)
        .receives("G1 OK [CAPABILITY IMAP4rev1 ID] welcome")
        .sends("G2 ID (\"name\" \"Gatepost\")")
        .receives("G2 NO who cares")
        .ends_ready({"IMAP4REV1", "ID"});
}

TEST(SignIn, ForgetsTheCapabilitiesOfBeforeTheLogin) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN " + plain_response)
        .receives("G1 OK welcome")
        .sends("G2 CAPABILITY")
        .receives("G2 OK without a list")
        .ends_ready({});
}

TEST(SignIn, SendsPlainInAContinuationWithoutSaslIr) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN")
        .receives("+ ")
        .sends(plain_response)
        .receives("G1 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
}

TEST(SignIn, UsesLoginWherePlainIsNotOffered) {
    Talk()
        .with_password("a \"b\" \\c")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1] ready")
        .sends("G1 LOGIN \"alice\" \"a \\\"b\\\" \\\\c\"")
        .receives("G1 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
}

TEST(SignIn, LineBreaksInAUserNameOrPasswordAreNoCommandsT7) {
    Talk()
        .with_username("alice\r\nG9 DELETE INBOX")
        .with_password("a\nb")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1] ready")
        .sends("G1 LOGIN {22}")
        .receives("+ go on")
        .sends("alice\r\nG9 DELETE INBOX {3}")
        .receives("+ go on")
        .sends("a\nb")
        .receives("G1 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
    Talk()
        .with_password("a\r\nb")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN AGFsaWNlAGENCmI=")
        .receives("G1 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
}

TEST(SignIn, ALiteralThatTheServerRefusesIsNotSent) {
    Talk()
        .with_password("a\r\nb")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1] ready")
        .sends("G1 LOGIN \"alice\" {4}")
        .receives("G1 BAD no literals here")
        .ends_with(ProblemKind::protocol_violation);
}

TEST(SignIn, NulIsRefusedBeforeAnythingIsSentT7) {
    Talk()
        .with_password(std::string("a\0b", 3))
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .ends_with(ProblemKind::bad_request);
}

TEST(SignIn, PasswordsBeyondAsciiGoByPlainOnly) {
    Talk()
        .with_password("pässwörd")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN AGFsaWNlAHDDpHNzd8O2cmQ=")
        .receives("G1 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
    const Problem problem = Talk()
                                .with_password("pässwörd")
                                .starts_tls()
                                .receives("* OK [CAPABILITY IMAP4rev1] ready")
                                .ends_with(ProblemKind::sign_in_refused);
    EXPECT_EQ(problem.fact("reason"), "not_ascii");
}

TEST(SignIn, LogindisabledIsHonoured) {
    const Problem problem = Talk()
                                .starts_tls()
                                .receives("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2]")
                                .ends_with(ProblemKind::sign_in_refused);
    EXPECT_EQ(problem.fact("reason"), "no_mechanism");
}

TEST(SignIn, PreauthUnderTlsIsRefused) {
    Talk()
        .starts_tls()
        .receives("* PREAUTH welcome back")
        .ends_with(ProblemKind::protocol_violation);
}

TEST(SignIn, AnyOtherGreetingThanOkIsRefused) {
    for (const char* greeting : {"* NO go away", "* BAD go away", "G1 OK tagged", "+ ready", "OK",
                                 "* CAPABILITY IMAP4rev1", "220 mail.example ESMTP"}) {
        SCOPED_TRACE(greeting);
        Talk().starts_tls().receives(greeting).ends_with(ProblemKind::protocol_violation);
    }
}

TEST(SignIn, AByeKeepsTheProvidersWords) {
    const Problem problem = Talk()
                                .starts_tls()
                                .receives("* BYE [UNAVAILABLE] Too\x01 many connections")
                                .ends_with(ProblemKind::provider_unavailable);
    EXPECT_EQ(problem.fact("provider_text"), "Too  many connections");
}

TEST(SignIn, AServerWithoutImap4rev1IsRefused) {
    for (const char* capabilities : {"* CAPABILITY IMAP4", "* CAPABILITY", "* OK nothing"}) {
        Talk()
            .starts_tls()
            .receives("* OK ready")
            .sends("G1 CAPABILITY")
            .receives(capabilities)
            .receives("G1 OK done")
            .ends_with(ProblemKind::protocol_violation);
    }
}

TEST(SignIn, ACapabilityThatIsRefusedEndsIt) {
    Talk()
        .starts_tls()
        .receives("* OK ready")
        .sends("G1 CAPABILITY")
        .receives("G1 BAD what?")
        .ends_with(ProblemKind::protocol_violation);
}

TEST(SignIn, AContinuationThatWasNotAskedForEndsItH15) {
    Talk()
        .starts_tls()
        .receives("* OK ready")
        .sends("G1 CAPABILITY")
        .receives("+ more?")
        .ends_with(ProblemKind::protocol_violation);
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN " + plain_response)
        .receives("+ more?")
        .ends_with(ProblemKind::protocol_violation);
}

TEST(SignIn, AnOkBeforeTheCredentialsWereSentIsNotBelieved) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN")
        .receives("G1 OK come in")
        .ends_with(ProblemKind::protocol_violation);
}

TEST(SignIn, ReferralsAreNotFollowed) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN " + plain_response)
        .receives("G1 NO [REFERRAL imap://alice;AUTH=*@other.example/] gone there")
        .ends_with(ProblemKind::sign_in_refused);
}

// [L_1]
TEST(SignIn, AReferralBesideAWelcomeIsNotFollowed) {
    Talk()
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE PLAIN " + plain_response)
        .receives("* OK [REFERRAL imap://other.example/] rather there")
        .receives("G1 OK [REFERRAL imap://alice@other.example/] welcome, for now")
        .sends("G2 CAPABILITY")
        .receives("* CAPABILITY IMAP4rev1")
        .receives("G2 OK done")
        .ends_ready({"IMAP4REV1"});
}

TEST(SignIn, WordsThatQuoteThePasswordAreNotPassedOn) {
    for (const std::string& words : {std::string("G1 BAD unknown: LOGIN alice ses\\ame"),
                                     std::string("G1 NO LOGIN alice \"ses\\\\ame\" failed"),
                                     std::string("* BYE I do not like ses\\ame"),
                                     "G1 NO " + std::string(397, 'x') + "ses\\ame"}) {
        SCOPED_TRACE(words);
        SignInConversation talk;
        talk.with_password("ses\\ame")
            .starts_tls()
            .receives("* OK [CAPABILITY IMAP4rev1] ready")
            .sends("G1 LOGIN \"alice\" \"ses\\\\ame\"")
            .receives(words);
        const Problem problem = talk.ends();
        EXPECT_EQ(problem.fact("provider_text"), "");
    }
    const Problem problem = Talk()
                                .starts_tls()
                                .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
                                .sends("G1 AUTHENTICATE PLAIN " + plain_response)
                                .receives("G1 BAD what is " + plain_response + "?")
                                .ends_with(ProblemKind::protocol_violation);
    EXPECT_EQ(problem.fact("provider_text"), "");
}

// Codes and untagged responses by which a server crashes libetpan 1.9.4, at every point of a
// sign-in.
TEST(SignIn, ResponsesThatCrashLibetpanAreHarmless) {
    for (const char* text :
         {"[PERMANENTFLAGS ()] x", "[PERMANENTFLAGS (%)] x", "[PERMANENTFLAGS (\\)] x",
          "[BADCHARSET (US-ASCII)] x", "[BADCHARSET ()] x", "[BADCHARSET] x", "[PERMANENTFLAGS"}) {
        SCOPED_TRACE(text);
        const std::string untagged = std::string("* OK ") + text;
        Talk()
            .starts_tls()
            .receives(untagged)
            .sends("G1 CAPABILITY")
            .receives(untagged)
            .receives("* FLAGS ()")
            .receives("* 1 FETCH (BODYSTRUCTURE " + std::string(20'000, '(') + ")")
            .receives("* CAPABILITY IMAP4rev1 AUTH=PLAIN")
            .receives("G1 OK done")
            .sends("G2 AUTHENTICATE PLAIN")
            .receives(std::string("+ ") + text)
            .sends(plain_response)
            .receives(untagged)
            .receives(std::string("G2 OK ") + text)
            .sends("G3 CAPABILITY")
            .receives(std::string("G3 OK ") + text)
            .ends_ready({});
    }
}

}  // namespace
}  // namespace gatepost::imap
