#include "discovery/autodiscover_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::discovery {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string settings(const std::string& host) {
    return "<Autodiscover><Response><Account><Action>settings</Action><Protocol><Type>IMAP</Type>"
           "<Server>" +
           host + "</Server></Protocol></Account></Response></Autodiscover>";
}

std::string action(const std::string& elements) {
    return "<Autodiscover><Response><Account>" + elements + "</Account></Response></Autodiscover>";
}

std::string to_url(const std::string& url) {
    return action("<Action>redirectUrl</Action><RedirectUrl>" + url + "</RedirectUrl>");
}

std::string to_address(const std::string& address) {
    return action("<Action>redirectAddr</Action><RedirectAddr>" + address + "</RedirectAddr>");
}

class AutodiscoverChainTest : public testing::Test {
  protected:
    void begin(const std::string& url) {
        chain.emplace(*parse_address("alice@example.com"), url);
        next = chain->begin();
    }

    const net::HttpRequest& request() { return std::get<net::HttpRequest>(next); }
    const Evidence& evidence() { return std::get<Evidence>(next); }
    bool goes_on() { return std::holds_alternative<net::HttpRequest>(next); }

    void page(const std::string& body) { status(200, body); }

    void status(int code, const std::string& body = "", const std::string& redirect = "") {
        next =
            chain->resume(net::HttpResponse{code, "text/xml", body, request().url, true, redirect});
    }

    const std::string own = autodiscover_url("example.com");
    std::optional<AutodiscoverChain> chain;
    std::variant<net::HttpRequest, Evidence> next;
};

TEST_F(AutodiscoverChainTest, AsksWithTheAddressAndNothingSecret) {
    begin(own);
    EXPECT_EQ(request().method, "POST");
    EXPECT_EQ(request().url, "https://example.com/autodiscover/autodiscover.xml");
    EXPECT_FALSE(request().plain_http);
    EXPECT_THAT(request().body, HasSubstr("alice@example.com"));
    for (const auto& [name, value] : request().headers)
        EXPECT_EQ(name, "Content-Type");
}

TEST_F(AutodiscoverChainTest, SettingsOfTheDomainsOwnHostAreProven) {
    begin(own);
    page(settings("imap.hoster.net"));
    ASSERT_FALSE(goes_on());
    EXPECT_EQ(evidence().outcome, Outcome::found);
    EXPECT_EQ(evidence().candidates.at(0).settings.host, "imap.hoster.net");
    EXPECT_TRUE(evidence().candidates.at(0).proven);
    EXPECT_EQ(evidence().from, own);
}

TEST_F(AutodiscoverChainTest, SecondVersionLeadsToTheFirst) {
    begin(autodiscover_json_url(*parse_address("alice@example.com")));
    EXPECT_EQ(request().method, "GET");
    EXPECT_EQ(request().url,
              "https://autodiscover.example.com/autodiscover/autodiscover.json/v1.0/"
              "alice%40example.com?Protocol=AutodiscoverV1");
    page(
        R"({"Protocol":"AutodiscoverV1","Url":"https://ex.example.com/autodiscover/autodiscover.xml"})");
    ASSERT_TRUE(goes_on());
    EXPECT_EQ(request().method, "POST");
    page(settings("imap.example.com"));
    EXPECT_TRUE(evidence().candidates.at(0).proven);
    EXPECT_THAT(evidence().from, HasSubstr(", https://ex.example.com/"));
}

TEST_F(AutodiscoverChainTest, AnyHopOutsideTheDomainProvesNothing) {
    begin(own);
    page(to_url("https://mail.hoster.net/autodiscover/autodiscover.xml"));
    ASSERT_TRUE(goes_on());
    EXPECT_EQ(request().url, "https://mail.hoster.net/autodiscover/autodiscover.xml");
    page(to_url("https://www.example.com/autodiscover/autodiscover.xml"));
    page(settings("imap.example.com"));
    EXPECT_FALSE(evidence().candidates.at(0).proven);
    EXPECT_THAT(evidence().detail, HasSubstr("mail.hoster.net"));
}

TEST_F(AutodiscoverChainTest, RedirectOfThePostIsAskedAnew) {
    begin(own);
    status(302, "", "https://mail.example.com/autodiscover/autodiscover.xml");
    ASSERT_TRUE(goes_on());
    EXPECT_EQ(request().method, "POST");
    EXPECT_EQ(request().url, "https://mail.example.com/autodiscover/autodiscover.xml");
    page(settings("imap.example.com"));
    EXPECT_TRUE(evidence().candidates.at(0).proven);
}

TEST_F(AutodiscoverChainTest, PlaceWithoutTlsIsNeverTold) {
    begin(own);
    page(to_url("http://mail.example.com/autodiscover/autodiscover.xml"));
    ASSERT_FALSE(goes_on());
    EXPECT_EQ(evidence().outcome, Outcome::refused);
    EXPECT_THAT(evidence().detail, HasSubstr("without TLS"));
}

TEST_F(AutodiscoverChainTest, SchemeMayBeInAnyCase) {
    begin(own);
    page(to_url("HTTPS://mail.example.com/autodiscover/autodiscover.xml"));
    ASSERT_TRUE(goes_on());
    EXPECT_EQ(request().url, "https://mail.example.com/autodiscover/autodiscover.xml");
}

TEST_F(AutodiscoverChainTest, OtherAddressIsAskedForAtItsOwnHostWithAllItsLabels) {
    begin(own);
    page(to_address("alice@mail.example.co.uk"));
    ASSERT_TRUE(goes_on());
    EXPECT_EQ(request().url,
              "https://autodiscover.mail.example.co.uk/autodiscover/autodiscover.xml");
    EXPECT_THAT(request().body, HasSubstr("alice@mail.example.co.uk"));
    EXPECT_THAT(request().body, Not(HasSubstr("alice@example.com")));
    page(settings("imap.example.co.uk"));
    EXPECT_EQ(evidence().candidates.at(0).settings.username, "alice@mail.example.co.uk");
    EXPECT_FALSE(evidence().candidates.at(0).proven);
}

TEST_F(AutodiscoverChainTest, RedirectsInACircleEnd) {
    begin(own);
    int questions = 1;
    for (; goes_on() && questions < 100; ++questions)
        page(to_url(own));
    EXPECT_LE(questions, 5);
    EXPECT_EQ(evidence().outcome, Outcome::failed);
}

TEST_F(AutodiscoverChainTest, PasswordIsNeverGiven) {
    begin(own);
    status(401);
    ASSERT_FALSE(goes_on());
    EXPECT_EQ(evidence().outcome, Outcome::not_found);
    EXPECT_THAT(evidence().detail, HasSubstr("password"));
}

TEST_F(AutodiscoverChainTest, ServerWithoutTlsIsNoSettingsButKept) {
    begin(own);
    page(
        action("<Protocol><Type>IMAP</Type><Server>imap.example.com</Server><SSL>off</SSL>"
               "</Protocol>"));
    EXPECT_EQ(evidence().outcome, Outcome::not_found);
    EXPECT_TRUE(evidence().candidates.empty());
    ASSERT_EQ(evidence().plain.size(), 1U);
    EXPECT_TRUE(evidence().plain[0].proven);
    EXPECT_EQ(evidence().plain[0].username, "alice@example.com");
}

TEST_F(AutodiscoverChainTest, OtherAnswersAreNone) {
    for (const int code : {302, 404, 405}) {
        begin(own);
        status(code);
        EXPECT_EQ(evidence().outcome, Outcome::not_found);
    }
    begin(own);
    status(500);
    EXPECT_EQ(evidence().outcome, Outcome::failed);
    begin(own);
    page("<html>For sale</html>");
    EXPECT_EQ(evidence().outcome, Outcome::not_found);
    begin(own);
    page(action("<Action>settings</Action><Protocol><Type>EXCH</Type></Protocol>"));
    EXPECT_THAT(evidence().detail, HasSubstr("no IMAP server"));
}

}  // namespace
}  // namespace gatepost::discovery
