#include "cli/failure.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "core/result.h"

namespace gatepost::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string told(const char* members) {
    return reason_of(Failure::told(boost::json::parse(members).as_object()));
}

TEST(Reason, IsTheDetailThatTheDaemonGave) {
    EXPECT_EQ(told(R"({"type": "urn:gatepost:problem:unknown-account",
                       "detail": "There is no account nobody"})"),
              "There is no account nobody.");
}

TEST(Reason, IsTheTitleWhenThereIsNoDetail) {
    EXPECT_EQ(told(R"({"title": "It took too long"})"), "It took too long.");
    EXPECT_THAT(told("{}"), HasSubstr("did not say why"));
}

TEST(Reason, OfUnprovenSettingsNamesTheHostAndTheOption) {
    EXPECT_THAT(told(R"({"type": "urn:gatepost:problem:settings-unproven", "detail": "Send imap.",
                         "settings": {"host": "imap.far.example"}})"),
                AllOf(HasSubstr("imap.far.example"), HasSubstr("--accept-unproven"),
                      Not(HasSubstr("Send imap"))));
}

TEST(Reason, OfUnprovenSettingsWithoutSettingsKeepsTheDetail) {
    EXPECT_THAT(told(R"({"type": "urn:gatepost:problem:settings-unproven",
                         "detail": "They lead to imap.far.example."})"),
                AllOf(HasSubstr("imap.far.example"), HasSubstr("--accept-unproven")));
}

TEST(Reason, OfSettingsNotFoundNamesTheOptions) {
    EXPECT_THAT(told(R"({"type": "urn:gatepost:problem:settings-not-found", "detail": "None."})"),
                HasSubstr("--host"));
}

TEST(Reason, NamesTheProvidersPageOnce) {
    EXPECT_EQ(told(R"({"type": "urn:gatepost:problem:app-password-needed", "detail": "Make one.",
                       "documentation": "https://help.example/app"})"),
              "Make one. See https://help.example/app");
    EXPECT_EQ(
        told(R"({"detail": "Make one.", "documentation": [{"url": "https://help.example"}]})"),
        "Make one. See https://help.example");
    EXPECT_EQ(told(R"({"detail": "See https://help.example.",
                       "documentation": "https://help.example"})"),
              "See https://help.example.");
}

TEST(Reason, IsOneLineThatCannotSteerTheTerminal) {
    EXPECT_EQ(told(R"({"detail": "two\nlines \u001b[2J"})"), "two lines \uFFFD[2J.");
}

TEST(Failure, OfAProblemReadsAsTheApiWouldTellIt) {
    const Failure failure(
        problem(ProblemKind::cannot_connect, "Nobody listens.").with("socket", "/x"));
    EXPECT_EQ(failure.problem, boost::json::parse(R"({
        "type": "urn:gatepost:problem:cannot-connect", "title": "The mail server cannot be reached",
        "detail": "Nobody listens.", "socket": "/x"})"));
    EXPECT_FALSE(failure.shown);
}

}  // namespace
}  // namespace gatepost::cli
