#include "discovery/provider_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string server(const std::string& host, const std::string& username = "%EMAILADDRESS%",
                   const std::string& auth = "password-cleartext",
                   const std::string& socket = "SSL", const std::string& port = "993") {
    return "<incomingServer type='imap'><hostname>" + host + "</hostname><port>" + port +
           "</port><socketType>" + socket + "</socketType><username>" + username +
           "</username><authentication>" + auth + "</authentication></incomingServer>";
}

std::string domain(const std::string& name) {
    return "<domain>" + name + "</domain>";
}

std::string file(const std::string& content, const std::string& after = {}) {
    return "<clientConfig version='1.1'><emailProvider id='example.com'>" + content +
           "</emailProvider>" + after + "</clientConfig>";
}

class Import : public testing::Test {
  protected:
    // Of a file that is taken: what was left out of it.
    std::vector<std::string> add(const std::string& xml) {
        auto added = import.add(xml);
        EXPECT_TRUE(added) << added.error().detail;
        return added ? *added : std::vector<std::string>();
    }

    Problem refusal(const std::string& xml) {
        const auto added = import.add(xml);
        EXPECT_FALSE(added);
        return added ? Problem() : added.error();
    }

    const ProviderTable& table() {
        auto read = ProviderTable::parse(import.text());
        EXPECT_TRUE(read) << read.error().detail << import.text();
        table_ = std::move(*read);
        return table_;
    }

    ProviderImport import;

  private:
    ProviderTable table_;
};

TEST_F(Import, GivesWhatTheFileSays) {
    EXPECT_THAT(add(file(domain("Example.com") +
                         domain("b\xC3\xBC"
                                "cher.example") +
                         "<displayName>  Example\n Mail </displayName>" +
                         server("imap.example.com", "%EMAILLOCALPART%") +
                         server("imap.example.com", "%EMAILADDRESS%", "plain", "STARTTLS", "143") +
                         "<documentation url='https://example.com/help'><descr lang='de-DE'>So "
                         "geht es</descr></documentation>")),
                IsEmpty());
    const ProviderEntry* entry = table().by_domain("example.com");
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->provider.id, "example.com");
    EXPECT_EQ(entry->provider.name, "Example Mail");
    EXPECT_THAT(entry->domains, ElementsAre("example.com", "xn--bcher-kva.example"));
    EXPECT_THAT(entry->documentation,
                ElementsAre(Document{"https://example.com/help", "So geht es", "de"}));
    const auto candidates = entry->candidates(*parse_address("alice@example.com"));
    ASSERT_EQ(candidates.size(), 2U);
    EXPECT_EQ(candidates[0].settings.username, "alice");
    EXPECT_EQ(candidates[1].settings.username, "alice@example.com");
    EXPECT_EQ(candidates[1].settings.security, Security::starttls);
    EXPECT_EQ(import.providers(), 1U);
    EXPECT_EQ(import.domains(), 2U);
}

// As in ISPDB, where "kundenserver.de" stands among the domains of 1&1.
TEST_F(Import, DomainsAreNamesOfMxHostsToo) {
    add(file(domain("example.com") + "<domain purpose='mx'>mx.example.net</domain>" +
             domain("co.uk") + server("imap.example.com")));
    EXPECT_NE(table().by_mx("mx1.example.com"), nullptr);
    EXPECT_NE(table().by_mx("mx1.mx.example.net"), nullptr);
    EXPECT_EQ(table().by_domain("mx.example.net"), nullptr);
    EXPECT_EQ(table().by_mx("mx.other.co.uk"), nullptr);
}

TEST_F(Import, TakesOAuthOfTheFile) {
    add(file(domain("example.com") + server("imap.example.com", "%EMAILADDRESS%", "OAuth2"),
             "<oAuth2><issuer>login.example.com</issuer><scope>mail offline</scope>"
             "<authURL>https://login.example.com/a</authURL>"
             "<tokenURL>https://login.example.com/t</tokenURL></oAuth2>"));
    const ProviderEntry* entry = table().by_domain("example.com");
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry->oauth, (OAuthFacts{"example.com",
                                        "",
                                        "https://login.example.com/a",
                                        "https://login.example.com/t",
                                        {"mail", "offline"}}));
    EXPECT_THAT(entry->servers.front().auth, ElementsAre(AuthMethod::xoauth2));
}

TEST_F(Import, KnowsMoreOfServersThatAreCompiledIn) {
    add(file(domain("school.example") + server("imap.gmail.com", "%EMAILADDRESS%", "OAuth2"),
             "<oAuth2><authURL>https://evil.example/a</authURL>"
             "<tokenURL>https://evil.example/t</tokenURL></oAuth2>"));
    add(file(domain("college.example") + server("imap.gmail.com")));
    for (const char* name : {"school.example", "college.example"}) {
        const ProviderEntry* entry = table().by_domain(name);
        ASSERT_NE(entry, nullptr);
        EXPECT_EQ(entry->oauth->provider, "google");
        EXPECT_EQ(entry->oauth->token_endpoint, "https://oauth2.googleapis.com/token");
        EXPECT_TRUE(entry->app_password);
        EXPECT_FALSE(entry->documentation.empty());
    }
}

TEST_F(Import, AnEarlierFileKeepsItsNames) {
    add(file(domain("example.com") + domain("example.net") + server("imap.a.example")));
    EXPECT_THAT(add(file(domain("example.net") + domain("example.org") + server("imap.b.example"))),
                ElementsAre("example.net is an earlier file's"));
    EXPECT_EQ(table().by_domain("example.net")->provider.id, "example.com");
    EXPECT_EQ(table().by_domain("example.org")->servers.front().host, "imap.b.example");
    EXPECT_THAT(refusal(file(domain("example.org") + server("imap.c.example"))).detail,
                HasSubstr("no domain of its own: example.org is an earlier file's"));
}

TEST_F(Import, ServersNamedAfterTheDomainAreProvidersOfTheirOwn) {
    EXPECT_THAT(add(file(domain("a.example") + domain("b.example") + server("mail.%EMAILDOMAIN%"))),
                IsEmpty());
    EXPECT_EQ(table().by_domain("a.example")->servers.front().host, "mail.a.example");
    EXPECT_EQ(table().by_domain("b.example")->servers.front().host, "mail.b.example");
    EXPECT_EQ(table().by_mx("mx.a.example"), nullptr);
    EXPECT_EQ(import.providers(), 2U);
    EXPECT_EQ(import.domains(), 2U);
}

TEST_F(Import, LeavesOutWhatTheTableHasNoWordsFor) {
    const auto left_out = add(
        file(domain("example.com") + server("%EMAILLOCALPART%.example.com") +
             server("imap.example.com", "u-%EMAILLOCALPART%") +
             server("plain.example.com", "%EMAILADDRESS%", "password-cleartext", "plain", "143") +
             server("imap.example.com")));
    EXPECT_EQ(left_out.size(), 3U);
    EXPECT_EQ(table().by_domain("example.com")->servers.size(), 1U);
}

TEST_F(Import, RefusesWhatIsNoProvider) {
    EXPECT_EQ(refusal("nothing").kind, ProblemKind::protocol_violation);
    EXPECT_EQ(refusal("<!DOCTYPE x><clientConfig/>").kind, ProblemKind::protocol_violation);
    EXPECT_EQ(refusal(file(domain("example.com"))).kind, ProblemKind::not_found);
    EXPECT_THAT(refusal(file(domain("example.com") +
                             server("a.example.com", "%EMAILADDRESS%", "plain", "plain", "143")))
                    .detail,
                HasSubstr("no IMAP server under TLS: a.example.com:143 is without TLS"));
    EXPECT_THAT(refusal(file(domain("example.com") +
                             server("imap.example.com", "%EMAILADDRESS%", "OAuth2")))
                    .detail,
                HasSubstr("no IMAP server"));
    EXPECT_THAT(refusal(file(domain("%EMAILDOMAIN%") + server("imap.example.com"))).detail,
                HasSubstr("no domain of its own"));
    EXPECT_EQ(import.providers(), 0U);
    EXPECT_THAT(table().entries(), IsEmpty());
}

// Names and titles come from files that anybody may have written.
TEST_F(Import, NothingInAFileCanMakeALineOfItsOwn) {
    add(file(domain("example.com") +
             "<displayName>A&#10;provider evil.example&#10; \xE2\x80\xA8 b&#127;</displayName>" +
             server("imap.example.com") +
             "<documentation url='https://example.com/a b'/>"
             "<documentation url='https://example.com/ok'><descr lang='x&#10;'>t&#10;mx "
             "gmail.com</descr></documentation>"));
    EXPECT_EQ(table().entries().size(), 1U);
    EXPECT_THAT(table().entries().front().provider.name, HasSubstr("A provider evil.example"));
    EXPECT_THAT(table().entries().front().documentation,
                ElementsAre(Document{"https://example.com/ok", "t mx gmail.com", "en"}));
    EXPECT_EQ(table().by_mx("gmail.com"), nullptr);
}

TEST_F(Import, StaysWithinItsLimit) {
    const auto large = [](int number) {
        std::string content;
        for (int i = 0; i < 4000; ++i)
            content += domain("d" + std::to_string(i) + "-" + std::to_string(number) + ".example");
        return file(content + server("imap.example.com"));
    };
    Result<std::vector<std::string>> added = std::vector<std::string>();
    int files = 0;
    while (added && files < 100)
        added = import.add(large(files++));
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, ProblemKind::too_large);
    EXPECT_LE(import.text().size(), max_imported_bytes);
    EXPECT_EQ(table().entries().size(), import.providers());
    add(file(domain("small.example") + server("imap.example.com")));
}

}  // namespace
}  // namespace gatepost::discovery
