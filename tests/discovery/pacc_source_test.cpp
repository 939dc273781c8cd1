// The source pacc in conversations with a played network.
#include "discovery_conversation.h"
#include "net/digest.h"

namespace gatepost::discovery {
namespace {

using testing::Contains;
using testing::HasSubstr;

class PaccSource : public Conversation {
  protected:
    PaccSource() {
        leave_open(pacc_url);
        leave_open(pacc_digest);
    }

    void answer_pacc(const std::string& body) {
        answer_page(pacc_url, {200, "application/json", body, pacc_url, true, {}});
    }

    void answer_digest(std::vector<std::string> records) {
        dns.txts.answer(pacc_digest, net::Answer<std::string>{std::move(records), false, {}});
        settle();
    }

    static constexpr const char* file =
        R"({"protocols":{"imap":{"host":"imap.example.com"}},"authentication":{"password":true}})";
    static constexpr const char* file_with_oauth =
        R"({"protocols":{"imap":{"host":"imap.example.com"}},"authentication":{"password":true,
            "oauth-public":{"issuer":"https://auth.example.com"}}})";
    static constexpr const char* metadata_url =
        "https://auth.example.com/.well-known/oauth-authorization-server";
    static constexpr const char* openid_url =
        "https://auth.example.com/.well-known/openid-configuration";
    static constexpr const char* metadata =
        R"({"issuer":"https://auth.example.com","authorization_endpoint":"https://auth.example.com/a",
            "token_endpoint":"https://auth.example.com/t"})";
};

TEST_F(PaccSource, OutranksAutoconfigAndWaitsForTheDigest) {
    ask("alice@example.com");
    answer_file(own_url, "other.example.com");
    answer_pacc(file);
    EXPECT_FALSE(report);
    answer_digest({"v=UAAC1; a=sha256; d=" + net::sha256_base64(file)});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.example.com");
    EXPECT_TRUE(report->proven);
    EXPECT_EQ(evidence(SourceKind::pacc).from, pacc_url);
}

TEST_F(PaccSource, WithoutAPageDoesNotWaitForTheDigest) {
    ask("alice@example.com");
    answer_file(own_url, "other.example.com");
    answer_not_found(pacc_url);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "other.example.com");
    EXPECT_EQ(evidence(SourceKind::pacc).outcome, Outcome::not_found);
}

TEST_F(PaccSource, WithAnotherDigestIsRefusedAndTheNextRankWins) {
    ask("alice@example.com");
    answer_file(own_url, "other.example.com");
    answer_pacc(file);
    answer_digest({"v=UAAC1; a=sha256; d=" + net::sha256_base64("another file")});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "other.example.com");
    EXPECT_EQ(evidence(SourceKind::pacc).outcome, Outcome::refused);
}

TEST_F(PaccSource, ParkedDomainThatAnswersEverythingIsNone) {
    ask("alice@example.com");
    answer_file(own_url, "other.example.com");
    answer_pacc("<html><body>For sale</body></html>");
    answer_digest({});
    ASSERT_TRUE(report);
    EXPECT_EQ(evidence(SourceKind::pacc).outcome, Outcome::not_found);
}

TEST_F(PaccSource, ReadsOAuthFactsFromTheIssuersMetadata) {
    ask("alice@example.com");
    answer_pacc(file_with_oauth);
    answer_digest({});
    EXPECT_FALSE(report);
    EXPECT_THAT(https.pages.asked, Contains(openid_url));
    answer_page(metadata_url, {200, "application/json", metadata, metadata_url, true, {}});
    ASSERT_TRUE(report);
    ASSERT_TRUE(report->oauth);
    EXPECT_EQ(report->oauth->token_endpoint, "https://auth.example.com/t");
    EXPECT_EQ(report->oauth->from, metadata_url);
    EXPECT_THAT(report->settings.auth,
                testing::ElementsAre(AuthMethod::oauthbearer, AuthMethod::password));
}

TEST_F(PaccSource, MetadataThatLiesLeavesThePassword) {
    ask("alice@example.com");
    answer_pacc(file_with_oauth);
    answer_digest({});
    answer_page(
        metadata_url,
        {200, "application/json", R"({"issuer":"https://evil.example"})", metadata_url, true, {}});
    answer_page(openid_url, {200, "application/json", metadata, "https://evil.example/", true, {}});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->oauth);
    EXPECT_THAT(report->settings.auth, testing::ElementsAre(AuthMethod::password));
    EXPECT_THAT(evidence(SourceKind::pacc).detail, HasSubstr("another issuer"));
}

}  // namespace
}  // namespace gatepost::discovery
