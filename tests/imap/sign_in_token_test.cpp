// Signing in with an access token.
#include <gtest/gtest.h>

#include "sign_in_conversation.h"

namespace gatepost::imap {
namespace {

using Talk = SignInConversation;

// "user=alice^Aauth=Bearer token^A^A"
const std::string xoauth2_response = "dXNlcj1hbGljZQFhdXRoPUJlYXJlciB0b2tlbgEB";
// "n,a=alice,^Ahost=imap.test.example^Aport=993^Aauth=Bearer token^A^A"
const std::string oauthbearer_response =
    "bixhPWFsaWNlLAFob3N0PWltYXAudGVzdC5leGFtcGxlAXBvcnQ9OTkzAWF1dGg9QmVhcmVyIHRva2VuAQE=";

TEST(SignInWithToken, GoesByXoauth2) {
    Talk()
        .with_token(AuthMethod::xoauth2, "token")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=PLAIN] ready")
        .sends("G1 AUTHENTICATE XOAUTH2 " + xoauth2_response)
        .receives("G1 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
}

TEST(SignInWithToken, GoesByOauthbearer) {
    Talk()
        .with_token(AuthMethod::oauthbearer, "token")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER] ready")
        .sends("G1 AUTHENTICATE OAUTHBEARER " + oauthbearer_response)
        .receives("G1 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
}

TEST(SignInWithToken, GoesByTheOtherMechanismWhereOnlyThatIsOffered) {
    Talk()
        .with_token(AuthMethod::oauthbearer, "token")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready")
        .sends("G1 AUTHENTICATE XOAUTH2")
        .receives("+ ")
        .sends(xoauth2_response)
        .receives("G1 OK [CAPABILITY IMAP4rev1] welcome")
        .ends_ready({"IMAP4REV1"});
}

TEST(SignInWithToken, AnswersTheErrorChallengeAndKeepsTheError) {
    const Problem problem = Talk()
                                .with_token(AuthMethod::xoauth2, "token")
                                .starts_tls()
                                .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready")
                                .sends("G1 AUTHENTICATE XOAUTH2 " + xoauth2_response)
                                .receives("+ eyJzdGF0dXMiOiI0MDEifQ==")
                                .sends("")
                                .receives("G1 NO SASL authentication failed")
                                .ends_with(ProblemKind::sign_in_refused);
    EXPECT_EQ(problem.fact("provider_error"), "{\"status\":\"401\"}");
}

TEST(SignInWithToken, AnswersTheErrorChallengeOfOauthbearerByItsDummy) {
    Talk()
        .with_token(AuthMethod::oauthbearer, "token")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=OAUTHBEARER] ready")
        .sends("G1 AUTHENTICATE OAUTHBEARER " + oauthbearer_response)
        .receives("+ not-base64")
        .sends("AQ==")
        .receives("G1 NO [AUTHENTICATIONFAILED] no")
        .ends_with(ProblemKind::sign_in_refused);
}

TEST(SignInWithToken, IsChallengedOnceAtMost) {
    Talk()
        .with_token(AuthMethod::xoauth2, "token")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready")
        .sends("G1 AUTHENTICATE XOAUTH2 " + xoauth2_response)
        .receives("+ ")
        .sends("")
        .receives("+ ")
        .ends_with(ProblemKind::protocol_violation);
}

TEST(SignInWithToken, NeverSendsATokenAsAPasswordT6) {
    const Problem problem = Talk()
                                .with_token(AuthMethod::xoauth2, "token")
                                .starts_tls()
                                .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready")
                                .ends_with(ProblemKind::sign_in_refused);
    EXPECT_EQ(problem.fact("reason"), "no_mechanism");
}

TEST(SignInWithToken, RefusesControlCharactersThatWouldForgeItsFields) {
    Talk()
        .with_token(AuthMethod::xoauth2, "token\1auth=Bearer other")
        .starts_tls()
        .receives("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready")
        .ends_with(ProblemKind::bad_request);
}

}  // namespace
}  // namespace gatepost::imap
