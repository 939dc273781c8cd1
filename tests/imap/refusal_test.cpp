#include "imap/refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::imap {
namespace {

struct Refused {
    const char* line;
    ProblemKind kind;
};

class Refusals : public testing::TestWithParam<Refused> {};

TEST_P(Refusals, AreToldApart) {
    const auto response = take_apart(GetParam().line);
    ASSERT_TRUE(response);
    const Problem problem = sign_in_problem(*response, AuthMethod::password);
    EXPECT_EQ(name_of(problem.kind), name_of(GetParam().kind));
    EXPECT_EQ(problem.fact("provider_text"), response->text);
    EXPECT_THAT(problem.detail, testing::Not(testing::IsEmpty()));
}

using Kind = ProblemKind;

// RFC 5530.
INSTANTIATE_TEST_SUITE_P(
    Codes, Refusals,
    testing::Values(Refused{"A NO [AUTHENTICATIONFAILED] x", Kind::sign_in_refused},
                    Refused{"A NO [authenticationfailed] x", Kind::sign_in_refused},
                    Refused{"A NO [AUTHORIZATIONFAILED] x", Kind::sign_in_refused},
                    Refused{"A NO [EXPIRED] x", Kind::sign_in_refused},
                    Refused{"A NO [CONTACTADMIN] x", Kind::sign_in_refused},
                    Refused{"A NO [AUTHENTICATIONFAILED] try again", Kind::sign_in_refused},
                    Refused{"A NO [UNAVAILABLE] x", Kind::provider_unavailable},
                    Refused{"A NO [LIMIT] x", Kind::provider_unavailable},
                    Refused{"A NO [INUSE] x", Kind::provider_unavailable},
                    Refused{"A NO [SERVERBUG] x", Kind::provider_unavailable},
                    Refused{"A NO [UNAVAILABLE] login failed", Kind::provider_unavailable}));

INSTANTIATE_TEST_SUITE_P(
    Words, Refusals,
    testing::Values(
        Refused{"A NO [ALERT] Application-specific password required: "
                "https://support.google.com/accounts/answer/185833 (Failure)",
                Kind::app_password_needed},
        Refused{"A NO [AUTHENTICATIONFAILED] Please use an app password",
                Kind::app_password_needed},
        Refused{"A NO Login fail. Please use the authorization code", Kind::app_password_needed},
        Refused{"A NO [ALERT] Your account is not enabled for IMAP use.", Kind::no_imap},
        Refused{"A NO IMAP is disabled for this user", Kind::no_imap},
        Refused{"A NO [AUTHENTICATIONFAILED] IMAP access is disabled", Kind::no_imap},
        Refused{"A NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled",
                Kind::sign_in_refused},
        Refused{"A NO [ALERT] Too many simultaneous connections. (Failure)",
                Kind::provider_unavailable},
        Refused{"A NO Temporary authentication failure", Kind::provider_unavailable},
        Refused{"A NO Internal error occurred", Kind::provider_unavailable},
        Refused{"A BAD User is authenticated but not connected.", Kind::provider_unavailable}));

// Without a known word, NO judges the credentials, and they are not tried again; BAD judges the
// command.
INSTANTIATE_TEST_SUITE_P(Unknown, Refusals,
                         testing::Values(Refused{"A NO", Kind::sign_in_refused},
                                         Refused{"A NO nope", Kind::sign_in_refused},
                                         Refused{"A NO LOGIN failed.", Kind::sign_in_refused},
                                         Refused{"A NO [X-WHATEVER] nope", Kind::sign_in_refused},
                                         Refused{"A BAD Invalid credentials",
                                                 Kind::sign_in_refused},
                                         Refused{"A BAD syntax error", Kind::protocol_violation}));

TEST(Refusal, KeepsNoMoreOfTheProvidersWordsThanIsFitToBeShown) {
    const std::string line = "A NO " + std::string(10'000, 'x') + "\x01";
    const Problem problem = sign_in_problem(*take_apart(line), AuthMethod::password);
    EXPECT_EQ(problem.fact("provider_text"), std::string(400, 'x'));
}

TEST(Refusal, OfATokenSpeaksOfNoPassword) {
    const Problem problem = sign_in_problem(*take_apart("A NO nope"), AuthMethod::xoauth2);
    EXPECT_THAT(problem.detail, testing::Not(testing::HasSubstr("password")));
}

TEST(Refusal, AByeSaysToComeBackLater) {
    const Problem problem = bye_problem(*take_apart("* BYE Too many wrong passwords"));
    EXPECT_EQ(problem.kind, Kind::provider_unavailable);
    EXPECT_EQ(problem.fact("provider_text"), "Too many wrong passwords");
}

}  // namespace
}  // namespace gatepost::imap
