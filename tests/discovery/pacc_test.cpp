#include "discovery/pacc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/digest.h"

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Address alice = *parse_address("alice@example.com");

std::string file_with(const std::string& protocols, const std::string& authentication) {
    return R"({"protocols":)" + protocols + R"(,"authentication":)" + authentication +
           R"(,"info":{"provider":{"name":"Example Mail"},"help":{"documentation":"https://help.example.com/"}}})";
}

const std::string imap = R"({"imap":{"host":"IMAP.example.com"}})";

TEST(Pacc, NamesTheServerAndTheWaysToSignIn) {
    const auto file = parse_pacc(file_with(
        imap, R"({"oauth-public":{"issuer":"https://auth.example.com/"},"password":true})"));
    ASSERT_TRUE(file) << file.error().detail;
    EXPECT_EQ(file->host, "imap.example.com");
    EXPECT_TRUE(file->password);
    EXPECT_EQ(file->issuer, "https://auth.example.com/");
    EXPECT_EQ(file->provider_name, "Example Mail");
    ASSERT_EQ(file->documentation.size(), 1U);
    EXPECT_EQ(file->documentation[0].url, "https://help.example.com/");
}

TEST(Pacc, OtherDocumentsAreNone) {
    for (const char* text :
         {"", "[]", "\"protocols\"", "{}", R"({"protocols":[]})", "<!DOCTYPE html><html></html>",
          R"({"protocols":{}},)", "{\"a\":\"\xFF\"}"})
        EXPECT_FALSE(parse_pacc(text)) << text;
    EXPECT_FALSE(parse_pacc(std::string(300'000, ' ') + file_with(imap, "{}")));
    std::string deep = "1";
    for (int i = 0; i < 100; ++i)
        deep = "[" + deep + "]";
    EXPECT_FALSE(parse_pacc(file_with(imap, deep)));
}

TEST(Pacc, ByteOrderMarkIsPassedOver) {
    const auto file = parse_pacc("\xEF\xBB\xBF" + file_with(imap, R"({"password":true})"));
    ASSERT_TRUE(file) << file.error().detail;
    EXPECT_EQ(file->host, "imap.example.com");
}

TEST(Pacc, OddEntriesCountAsNotThereAndTheOthersCount) {
    const auto wrong_types = parse_pacc(
        R"({"protocols":{"imap":{"host":"imap.example.com","port":"x"},"smtp":5},
            "authentication":{"password":"yes","oauth-public":[],"webauthn":{}},
            "info":{"provider":[],"help":{"documentation":7}},"new":{}})");
    ASSERT_TRUE(wrong_types);
    EXPECT_EQ(wrong_types->host, "imap.example.com");
    EXPECT_FALSE(wrong_types->password);
    EXPECT_EQ(wrong_types->issuer, "");
    EXPECT_THAT(wrong_types->documentation, IsEmpty());
    for (const char* host : {"", "localhost", "10.0.0.1", "imap.example.com:993", "im ap.example",
                             "imap.example.com\\n", "%EMAILDOMAIN%"}) {
        const auto file = parse_pacc(
            file_with(R"({"imap":{"host":")" + std::string(host) + "\"}}", R"({"password":true})"));
        ASSERT_TRUE(file) << host;
        EXPECT_EQ(file->host, "") << host;
    }
}

TEST(Pacc, IssuerIsAnHttpsUrl) {
    for (const char* issuer : {"http://auth.example.com", "auth.example.com", "https://10.0.0.1"}) {
        const auto file = parse_pacc(
            file_with(imap, R"({"oauth-public":{"issuer":")" + std::string(issuer) + "\"}}"));
        EXPECT_EQ(file->issuer, "") << issuer;
    }
}

TEST(PaccDigest, AnyOfThePublishedOnesMatches) {
    const std::string digest = net::sha256_base64("page");
    EXPECT_EQ(check_digest({}, digest), DigestVerdict::none);
    EXPECT_EQ(check_digest({"v=spf1 -all", "hello"}, digest), DigestVerdict::none);
    EXPECT_EQ(check_digest({"v=UAAC1; a=sha256; d=" + digest}, digest), DigestVerdict::matches);
    EXPECT_EQ(
        check_digest({"v=UAAC1;a=SHA256;d=" + digest.substr(0, digest.size() - 1) + ";"}, digest),
        DigestVerdict::matches);
    EXPECT_EQ(check_digest({"D=" + digest + " ;x=new; A = sha256;V=uaac1"}, digest),
              DigestVerdict::matches);
    const std::string other = "v=UAAC1; a=sha256; d=" + net::sha256_base64("other");
    EXPECT_EQ(check_digest({other}, digest), DigestVerdict::differs);
    EXPECT_EQ(check_digest({other, "v=UAAC1; a=sha256; d=" + digest}, digest),
              DigestVerdict::matches);
}

TEST(PaccDigest, OfAnUnknownKindIsNoMatchAndNoMismatch) {
    const std::string digest = net::sha256_base64("page");
    EXPECT_EQ(check_digest({"v=UAAC1; a=sha512; d=" + digest}, digest), DigestVerdict::unreadable);
    EXPECT_EQ(check_digest({"v=UAAC1"}, digest), DigestVerdict::unreadable);
    EXPECT_EQ(check_digest({"v=UAAC1; a=sha256"}, digest), DigestVerdict::differs);
}

class JudgedPacc : public testing::Test {
  protected:
    Evidence judge() {
        net::HttpResponse page{200, "application/json", body, page_url, true, {}};
        return judge_pacc(alice, page, *parse_pacc(body), records, oauth);
    }

    std::string body = file_with(imap, R"({"password":true})");
    std::string page_url = pacc_url(alice);
    Result<net::Answer<std::string>> records = net::Answer<std::string>{};
    std::optional<Result<OAuthFacts>> oauth;
};

TEST_F(JudgedPacc, IsProvenByTheDomainsOwnNameUnderTls) {
    const Evidence evidence = judge();
    EXPECT_EQ(evidence.outcome, Outcome::found);
    ASSERT_EQ(evidence.candidates.size(), 1U);
    EXPECT_TRUE(evidence.candidates[0].proven);
    const Settings expected{
        "imap.example.com", 993, Security::tls, "alice@example.com", {AuthMethod::password}};
    EXPECT_EQ(evidence.candidates[0].settings, expected);
    EXPECT_EQ(evidence.detail, "it publishes no digest");
    records->records = {"v=UAAC1; a=sha256; d=" + net::sha256_base64(body)};
    EXPECT_TRUE(judge().candidates.at(0).proven);
    EXPECT_EQ(judge().detail, "");
}

TEST_F(JudgedPacc, ThatWasRedirectedElsewhereProvesNothing) {
    page_url = "https://www.example.net/user-agent-configuration.json";
    EXPECT_FALSE(judge().candidates.at(0).proven);
    EXPECT_THAT(judge().detail, HasSubstr("www.example.net"));
}

TEST_F(JudgedPacc, WithAnotherDigestThanThePublishedOneIsRefused) {
    records->records = {"v=UAAC1; a=sha256; d=" + net::sha256_base64("other")};
    const Evidence evidence = judge();
    EXPECT_EQ(evidence.outcome, Outcome::refused);
    EXPECT_THAT(evidence.candidates, IsEmpty());
    EXPECT_THAT(evidence.detail, HasSubstr("_ua-auto-config.example.com"));
}

TEST_F(JudgedPacc, WhoseDigestCannotBeLookedUpProvesNothing) {
    records = problem(ProblemKind::timed_out, "Too slow.");
    EXPECT_EQ(judge().outcome, Outcome::found);
    EXPECT_FALSE(judge().candidates.at(0).proven);
    EXPECT_THAT(judge().detail, HasSubstr("Too slow."));
}

TEST_F(JudgedPacc, OffersOAuthOnlyWhereItsFactsAreKnown) {
    body = file_with(imap, R"({"oauth-public":{"issuer":"https://auth.example.com"}})");
    oauth = Result<OAuthFacts>(problem(ProblemKind::timed_out, "Silence."));
    EXPECT_EQ(judge().outcome, Outcome::not_found);
    EXPECT_THAT(judge().detail, HasSubstr("Silence."));
    oauth = Result<OAuthFacts>(OAuthFacts{"example.com", "https://auth.example.com", "a", "b", {}});
    const Evidence evidence = judge();
    EXPECT_THAT(evidence.candidates.at(0).settings.auth, ElementsAre(AuthMethod::oauthbearer));
    EXPECT_EQ(evidence.oauth->issuer, "https://auth.example.com");
}

TEST_F(JudgedPacc, WithoutImapHasNoSettings) {
    body = file_with(R"({"jmap":{"url":"https://jmap.example.com/"}})", R"({"password":true})");
    EXPECT_EQ(judge().outcome, Outcome::not_found);
    EXPECT_THAT(judge().detail, HasSubstr("no IMAP server"));
}

}  // namespace
}  // namespace gatepost::discovery
