#include "discovery/autodiscover_xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Address alice = *parse_address("alice@example.com");

std::string answer(const std::string& account) {
    return "<?xml version=\"1.0\"?><Autodiscover "
           "xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">"
           "<Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/"
           "responseschema/2006a\"><Account><AccountType>email</AccountType>" +
           account + "</Account></Response></Autodiscover>";
}

std::string imap(const std::string& elements) {
    return "<Action>settings</Action><Protocol><Type>IMAP</Type>" + elements + "</Protocol>";
}

AutodiscoverSettings settings_in(const std::string& account) {
    const auto read = parse_autodiscover(answer(account), alice);
    if (!read) throw std::runtime_error(read.error().detail);
    return std::get<AutodiscoverSettings>(*read);
}

TEST(Autodiscover, NamesTheImapServer) {
    const auto settings = settings_in(
        imap("<Server> IMAP.example.com </Server><Port>993</Port><LoginName>alice</LoginName>"
             "<DomainRequired>off</DomainRequired><SPA>off</SPA><SSL>on</SSL>"
             "<AuthRequired>on</AuthRequired>"));
    const Settings expected{
        "imap.example.com", 993, Security::tls, "alice", {AuthMethod::password}};
    EXPECT_THAT(settings.servers, ElementsAre(expected));
    EXPECT_THAT(settings.notes, IsEmpty());
}

TEST(Autodiscover, WithoutALoginNameTheAddressIsIt) {
    const auto settings = settings_in(imap("<Server>imap.example.com</Server>"));
    ASSERT_THAT(settings.servers, SizeIs(1));
    EXPECT_EQ(settings.servers[0].username, "alice@example.com");
    EXPECT_EQ(settings.servers[0].port, 993);
}

struct Secured {
    const char* elements;
    std::optional<Security> security;
    std::uint16_t port;
};

class AutodiscoverSecurity : public testing::TestWithParam<Secured> {};

TEST_P(AutodiscoverSecurity, IsThatOfEncryptionThenSslThenThePort) {
    const auto settings =
        settings_in(imap("<Server>imap.example.com</Server>" + std::string(GetParam().elements)));
    if (!GetParam().security) {
        EXPECT_THAT(settings.servers, IsEmpty());
        EXPECT_THAT(settings.notes, ElementsAre(HasSubstr("without TLS")));
        ASSERT_THAT(settings.plain, SizeIs(1));
        EXPECT_EQ(settings.plain[0].host, "imap.example.com");
        return;
    }
    ASSERT_THAT(settings.servers, SizeIs(1));
    EXPECT_EQ(settings.servers[0].security, *GetParam().security);
    EXPECT_EQ(settings.servers[0].port, GetParam().port);
}

INSTANTIATE_TEST_SUITE_P(
    Autodiscover, AutodiscoverSecurity,
    testing::Values(
        Secured{"<Port>993</Port><SSL>on</SSL>", Security::tls, 993},
        Secured{"<Port>143</Port><SSL>on</SSL>", Security::starttls, 143},
        Secured{"<Port>143</Port><SSL>off</SSL>", std::nullopt, 143},
        Secured{"<Port>143</Port><Encryption>TLS</Encryption><SSL>off</SSL>", Security::starttls,
                143},
        Secured{"<Port>993</Port><Encryption>TLS</Encryption>", Security::tls, 993},
        Secured{"<Port>2143</Port><Encryption>TLS</Encryption>", Security::starttls, 2143},
        Secured{"<Port>2993</Port><Encryption>SSL</Encryption>", Security::tls, 2993},
        Secured{"<Port>993</Port><Encryption>Auto</Encryption>", Security::tls, 993},
        Secured{"<Port>993</Port><Encryption>None</Encryption><SSL>on</SSL>", std::nullopt, 993},
        Secured{"<Encryption>TLS</Encryption>", Security::starttls, 143}));

TEST(Autodiscover, ServerThatMakesNoSenseIsLeftOutAndItsSiblingsCount) {
    const auto settings =
        settings_in(imap("<Server>imap example</Server>") + imap("<Server>10.0.0.1</Server>") +
                    imap("<Server>a.example.com</Server><Port>0</Port>") +
                    imap("<Server>a.example.com</Server><Port>99999</Port>") +
                    imap("<Server>a.example.com</Server><LoginName>%USERNAME%</LoginName>") +
                    "<Protocol><Type>POP3</Type><Server>pop.example.com</Server></Protocol>"
                    "<Protocol Type=\"IMAP\"><Server>b.example.com</Server></Protocol>");
    ASSERT_THAT(settings.servers, SizeIs(1));
    EXPECT_EQ(settings.servers[0].host, "b.example.com");
    EXPECT_THAT(settings.notes, SizeIs(5));
}

TEST(Autodiscover, NamespacesAndTheirPrefixesDoNotMatter) {
    const auto read = parse_autodiscover(
        "<a:Autodiscover xmlns:a=\"urn:odd\"><a:Response><a:Account><a:Protocol>"
        "<a:Type>IMAP</a:Type><a:Server>imap.example.com</a:Server></a:Protocol></a:Account>"
        "</a:Response></a:Autodiscover>",
        alice);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_THAT(std::get<AutodiscoverSettings>(*read).servers, SizeIs(1));
}

TEST(Autodiscover, RedirectsToAnAddressOrAUrl) {
    const auto address = parse_autodiscover(
        answer("<Action>redirectAddr</Action><RedirectAddr>bob@example.net</RedirectAddr>"), alice);
    EXPECT_EQ(std::get<AutodiscoverOtherAddress>(*address).address.domain, "example.net");
    const auto url = parse_autodiscover(
        answer("<Action>redirectUrl</Action><RedirectUrl>https://a.example/x</RedirectUrl>"),
        alice);
    EXPECT_EQ(std::get<AutodiscoverOtherUrl>(*url).url, "https://a.example/x");
    EXPECT_FALSE(parse_autodiscover(answer("<Action>redirectUrl</Action>"), alice));
    EXPECT_FALSE(parse_autodiscover(
        answer("<Action>redirectAddr</Action><RedirectAddr>nobody</RedirectAddr>"), alice));
}

TEST(Autodiscover, ErrorsAndOtherDocumentsAreNone) {
    const auto error = parse_autodiscover(
        "<Autodiscover><Response><Error><ErrorCode>500</ErrorCode><Message>The e-mail address "
        "cannot be found.</Message></Error></Response></Autodiscover>",
        alice);
    ASSERT_FALSE(error);
    EXPECT_THAT(error.error().detail, HasSubstr("cannot be found"));
    for (const std::string text :
         {"", "hello", "<html><body>For sale</body></html>", "<Autodiscover/>",
          "<Autodiscover><Response/></Autodiscover>",
          "<!DOCTYPE a [<!ENTITY b \"c\">]><Autodiscover><Response><Account/></Response>"
          "</Autodiscover>"})
        EXPECT_FALSE(parse_autodiscover(text, alice)) << text;
    EXPECT_FALSE(parse_autodiscover(std::string(300'000, ' ') + answer(""), alice));
}

TEST(Autodiscover, QuestionIsEscaped) {
    const std::string body = autodiscover_request(*parse_address("a&b@example.com"));
    EXPECT_THAT(body, HasSubstr("<EMailAddress>a&amp;b@example.com</EMailAddress>"));
    EXPECT_THAT(body, HasSubstr("outlook/responseschema/2006a"));
}

TEST(AutodiscoverJson, NamesAUrl) {
    EXPECT_EQ(*parse_autodiscover_json(
                  R"({"Protocol":"AutodiscoverV1","Url":"https://a.example/autodiscover.xml"})"),
              "https://a.example/autodiscover.xml");
    for (const char* text : {"", "[]", "{}", R"({"Url":7})", R"({"Url":""})",
                             R"({"ErrorCode":"ProtocolNotSupported","ErrorMessage":"no"})"})
        EXPECT_FALSE(parse_autodiscover_json(text)) << text;
}

}  // namespace
}  // namespace gatepost::discovery
