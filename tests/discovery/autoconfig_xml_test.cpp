#include "discovery/autoconfig_xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "discovery/placeholders.h"

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Address alice() {
    return *parse_address("Alice@example.com");
}

std::string file(const std::string& servers, const std::string& after = "") {
    return R"(<?xml version="1.0" encoding="UTF-8"?><clientConfig version="1.1">)"
           R"(<emailProvider id="example.com"><domain>example.com</domain>)"
           "<displayName>Example Mail</displayName>" +
           servers + "</emailProvider>" + after + "</clientConfig>";
}

std::string server(const std::string& host, const std::string& rest = "") {
    return R"(<incomingServer type="imap"><hostname>)" + host + "</hostname><port>993</port>" +
           "<socketType>SSL</socketType><username>%EMAILADDRESS%</username>"
           "<authentication>password-cleartext</authentication>" +
           rest + "</incomingServer>";
}

// One server of which one element is another, or left out when it is empty.
std::string server_with(const std::string& name, const std::string& elements) {
    std::string text = R"(<incomingServer type="imap">)";
    const std::pair<std::string, std::string> usual[] = {
        {"hostname", "<hostname>imap.example.com</hostname>"},
        {"port", "<port>993</port>"},
        {"socketType", "<socketType>SSL</socketType>"},
        {"username", "<username>%EMAILADDRESS%</username>"},
        {"authentication", "<authentication>password-cleartext</authentication>"}};
    for (const auto& [element, content] : usual)
        text += element == name ? elements : content;
    return text + "</incomingServer>";
}

AutoconfigFile read(const std::string& xml) {
    const auto read = parse_autoconfig(xml, alice());
    EXPECT_TRUE(read) << read.error().detail;
    return read ? *read : AutoconfigFile{};
}

std::vector<std::string> hosts(const AutoconfigFile& file) {
    std::vector<std::string> found;
    for (const Settings& settings : file.servers)
        found.push_back(settings.host);
    return found;
}

TEST(Autoconfig, TellsSettingsProviderAndDocumentation) {
    const AutoconfigFile found =
        read(file(server("IMAP.Example.COM") +
                  R"(<documentation url="https://example.com/help"><descr lang="en">Help</descr>)"
                  R"(<descr lang="de">Hilfe</descr></documentation>)"
                  R"(<documentation url="javascript:alert"><descr>Evil</descr></documentation>)"));
    const Settings expected{
        "imap.example.com", 993, Security::tls, "Alice@example.com", {AuthMethod::password}};
    EXPECT_THAT(found.servers, ElementsAre(expected));
    EXPECT_EQ(found.provider, (Provider{"example.com", "Example Mail"}));
    EXPECT_THAT(found.documentation,
                ElementsAre(Document{"https://example.com/help", "Help", "en"},
                            Document{"https://example.com/help", "Hilfe", "de"}));
    EXPECT_FALSE(found.oauth);
    EXPECT_THAT(found.notes, IsEmpty());
}

TEST(Autoconfig, ServersStayInTheOrderOfTheFileAndOnlyImapCounts) {
    std::string pop = server("pop.example.com");
    pop.replace(pop.find("\"imap\""), 6, "\"pop3\"");
    const std::string smtp =
        "<outgoingServer type=\"imap\"><hostname>no.example.com</hostname>"
        "</outgoingServer>";
    EXPECT_THAT(hosts(read(file(smtp + pop + server("b.example.com") + server("a.example.com")))),
                ElementsAre("b.example.com", "a.example.com"));
}

TEST(Autoconfig, OddServerIsSkippedAndItsSiblingsCount) {
    for (const auto& [name, elements] : std::vector<std::pair<std::string, std::string>>{
             {"hostname", ""},
             {"hostname", "<hostname>in valid</hostname>"},
             {"hostname", "<hostname>127.0.0.1</hostname>"},
             {"hostname", "<hostname>localhost</hostname>"},
             {"hostname", "<hostname>https://imap.example.com</hostname>"},
             {"port", ""},
             {"port", "<port>0</port>"},
             {"port", "<port>100000</port>"},
             {"port", "<port>993x</port>"},
             {"port", "<port>-1</port>"},
             {"socketType", ""},
             {"socketType", "<socketType>plain</socketType>"},
             {"socketType", "<socketType>key-from-DNSSEC</socketType>"},
             {"username", ""},
             {"username", "<username>a&#10;b</username>"},
             {"authentication", ""},
             {"authentication", "<authentication>GSSAPI</authentication>"},
             {"authentication", "<authentication>none</authentication>"},
             {"authentication", "<authentication>OAuth2</authentication>"}}) {
        const AutoconfigFile found =
            read(file(server_with(name, elements) + server("good.example.com")));
        EXPECT_THAT(hosts(found), ElementsAre("good.example.com")) << name << " " << elements;
        EXPECT_THAT(found.notes, SizeIs(1)) << name << " " << elements;
    }
}

TEST(Autoconfig, TemplateThatNobodyHasFilledIsNoUserName) {
    for (const char* name :
         {"%USERNAME%", "%emailaddress%", "%EMAIL_ADDRESS%", "%EMAILADDRESS", "%u", "%n@%d",
          "{{ user }}", "{user}@example.com", "[% user %]", "[USER]", "&lt;?= $user ?&gt;",
          "&lt;username&gt;", "$user", "${user}", "$(user)", "%EMAILLOCALPART%{suffix}"}) {
        const std::string element = "<username>" + std::string(name) + "</username>";
        EXPECT_THAT(read(file(server_with("username", element))).servers, IsEmpty()) << name;
    }
    for (const auto& [name, username] : std::vector<std::pair<std::string, std::string>>{
             {"%EMAILLOCALPART%%%EMAILDOMAIN%", "Alice%example.com"},
             {"EXAMPLE\\%EMAILLOCALPART%", "EXAMPLE\\Alice"},
             {"your-username", "your-username"},
             {"100%", "100%"},
             {"cash$", "cash$"}}) {
        const AutoconfigFile found =
            read(file(server_with("username", "<username>" + name + "</username>")));
        ASSERT_THAT(found.servers, SizeIs(1)) << name;
        EXPECT_EQ(found.servers[0].username, username);
    }
    const Address braces = *parse_address("{alice}@example.com");
    const auto own = parse_autoconfig(file(server("imap.example.com")), braces);
    ASSERT_THAT(own->servers, SizeIs(1));
    EXPECT_EQ(own->servers[0].username, "{alice}@example.com");
}

TEST(Autoconfig, PlainIsNeverSettingsAndIsNoted) {
    const AutoconfigFile found =
        read(file(server_with("socketType", "<socketType>plain</socketType>")));
    EXPECT_THAT(found.servers, IsEmpty());
    EXPECT_THAT(found.notes, ElementsAre("imap.example.com:993 is without TLS"));
    ASSERT_EQ(found.plain.size(), 1U);
    EXPECT_EQ(found.plain[0].host, "imap.example.com");
    EXPECT_FALSE(found.plain[0].proven);
}

struct SocketCase {
    const char* elements;
    Security security;
};

class SocketType : public testing::TestWithParam<SocketCase> {};

TEST_P(SocketType, IsTheFirstThatIsKnown) {
    const AutoconfigFile found = read(file(server_with("socketType", GetParam().elements)));
    ASSERT_THAT(found.servers, SizeIs(1));
    EXPECT_EQ(found.servers[0].security, GetParam().security);
}

INSTANTIATE_TEST_SUITE_P(
    Autoconfig, SocketType,
    testing::Values(SocketCase{"<socketType>SSL</socketType>", Security::tls},
                    SocketCase{"<socketType> STARTTLS\n</socketType>", Security::starttls},
                    SocketCase{"<socketType>starttls</socketType>", Security::starttls},
                    SocketCase{"<socketType>plain</socketType><socketType>STARTTLS</socketType>",
                               Security::starttls},
                    SocketCase{"<socketType>new</socketType><socketType>SSL</socketType>",
                               Security::tls}));

struct AuthCase {
    std::vector<std::string> words;
    std::vector<AuthMethod> methods;
};

class Authentication : public testing::TestWithParam<AuthCase> {};

TEST_P(Authentication, KeepsItsOrderWithoutWhatIsUnknown) {
    std::string elements;
    for (const std::string& word : GetParam().words)
        elements += "<authentication>" + word + "</authentication>";
    // The host's provider is known to have OAuth.
    std::string text = server_with("authentication", elements);
    text.replace(text.find("imap.example.com"), 16, "imap.gmail.com");
    const AutoconfigFile found = read(file(text));
    ASSERT_THAT(found.servers, SizeIs(1));
    EXPECT_EQ(found.servers[0].auth, GetParam().methods);
}

INSTANTIATE_TEST_SUITE_P(Autoconfig, Authentication,
                         testing::Values(AuthCase{{"password-cleartext"}, {AuthMethod::password}},
                                         AuthCase{{"plain"}, {AuthMethod::password}},
                                         AuthCase{{"password-encrypted"}, {AuthMethod::password}},
                                         AuthCase{{"secure"}, {AuthMethod::password}},
                                         AuthCase{{"OAuth2", "password-cleartext"},
                                                  {AuthMethod::xoauth2, AuthMethod::password}},
                                         AuthCase{{"password-cleartext", "OAuth"},
                                                  {AuthMethod::password, AuthMethod::xoauth2}},
                                         AuthCase{{"NTLM", "password-cleartext", "plain"},
                                                  {AuthMethod::password}}));

TEST(Autoconfig, OAuthCountsWhereTheFileSaysWhereItIsDone) {
    const std::string oauth_server =
        server_with("authentication", "<authentication>OAuth2</authentication>");
    const std::string place =
        "<authURL>https://login.example.com/auth</authURL>"
        "<tokenURL>https://login.example.com/token</tokenURL>";
    const AutoconfigFile found =
        read(file(oauth_server,
                  "<oAuth2><issuer>login.example.com</issuer><scope>IMAP  offline_access"
                  "</scope>" +
                      place + "</oAuth2>"));
    ASSERT_THAT(found.servers, SizeIs(1));
    EXPECT_THAT(found.servers[0].auth, ElementsAre(AuthMethod::xoauth2));
    ASSERT_TRUE(found.oauth);
    EXPECT_EQ(found.oauth->issuer, "login.example.com");
    EXPECT_EQ(found.oauth->token_endpoint, "https://login.example.com/token");
    EXPECT_THAT(found.oauth->scopes, ElementsAre("IMAP", "offline_access"));
}

TEST(Autoconfig, OAuthIsNotThatOfAProviderWhoseNameAFileTakes) {
    const std::string oauth_server =
        server_with("authentication", "<authentication>OAuth2</authentication>");
    std::string taken = file(oauth_server,
                             "<oAuth2><authURL>https://evil.example/a</authURL>"
                             "<tokenURL>https://evil.example/t</tokenURL></oAuth2>");
    taken.replace(taken.find("id=\"example.com\""), 16, "id=\"google\"");
    const AutoconfigFile found = read(taken);
    ASSERT_TRUE(found.oauth);
    EXPECT_EQ(found.oauth->provider, "example.com");
}

TEST(Autoconfig, OAuthThatOnlyAnIssuerKnowsIsAskedOfItWhereAServerWantsIt) {
    const std::string server_of_both =
        server_with("authentication",
                    "<authentication>OAuth2</authentication>"
                    "<authentication>password-cleartext</authentication>");
    for (const char* element : {"oAuth2", "OAuth2"}) {
        for (const char* issuer : {"https://login.example.com", "login.example.com"}) {
            const std::string tag = element;
            const std::string oauth = "<" + tag + "><issuer>" + issuer + "</issuer></" + tag + ">";
            const AutoconfigFile found = read(file(server_of_both, oauth));
            EXPECT_EQ(found.issuer, "https://login.example.com") << element;
            EXPECT_FALSE(found.oauth);
            EXPECT_THAT(found.servers.at(0).auth, ElementsAre(AuthMethod::password));
            EXPECT_EQ(read(file(server("imap.example.com"), oauth)).issuer, "");
        }
    }
    for (const char* issuer : {"http://login.example.com", "10.0.0.1", "login", "", "a b"})
        EXPECT_EQ(read(file(server_of_both,
                            "<oAuth2><issuer>" + std::string(issuer) + "</issuer></oAuth2>"))
                      .issuer,
                  "")
            << issuer;
}

TEST(Autoconfig, WhatTheIssuerSaysMakesOAuthCount) {
    const std::string xml =
        file(server_with("authentication", "<authentication>OAuth2</authentication>"),
             "<oAuth2><issuer>login.example.com</issuer><scope>mail</scope></oAuth2>");
    EXPECT_THAT(read(xml).servers, IsEmpty());
    const OAuthFacts facts{"",
                           "https://login.example.com",
                           "https://login.example.com/a",
                           "https://login.example.com/t",
                           {"openid", "mail"},
                           "https://login.example.com/metadata"};
    const auto found = parse_autoconfig(xml, alice(), facts);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->servers.at(0).auth, ElementsAre(AuthMethod::xoauth2));
    OAuthFacts expected = facts;
    expected.provider = "example.com";
    expected.scopes = {"mail"};
    EXPECT_EQ(found->oauth, expected);
    EXPECT_EQ(found->issuer, "");
}

TEST(Autoconfig, OAuthEndpointsWithoutTlsAreNoFacts) {
    const AutoconfigFile found = read(file(server("imap.example.com"),
                                           "<oAuth2><authURL>https://a.example/</authURL>"
                                           "<tokenURL>http://a.example/token</tokenURL></oAuth2>"));
    EXPECT_FALSE(found.oauth);
}

TEST(Autoconfig, IdOfAnotherOrganisationIsNotBelieved) {
    std::string text = file(server("imap.hoster.net"));
    text.replace(text.find("id=\"example.com\""), 16, "id=\"gmail.com\"");
    EXPECT_EQ(read(text).provider.id, "example.com");
    text.replace(text.find("id=\"gmail.com\""), 14, "id=\"hoster.net\"");
    EXPECT_EQ(read(text).provider.id, "hoster.net");
}

TEST(Autoconfig, HostNamesOfAllScriptsBecomeALabels) {
    EXPECT_THAT(hosts(read(file(server("imap.b\xC3\xBC"
                                       "cher.example")))),
                ElementsAre("imap.xn--bcher-kva.example"));
}

TEST(Autoconfig, CommentsAndUnknownElementsAreIgnored) {
    std::string text = server_with("hostname",
                                   "<new/><hostname><!-- x -->imap.example.com"
                                   "</hostname>");
    EXPECT_THAT(hosts(read(file("<!-- c --><future>1</future>" + text))),
                ElementsAre("imap.example.com"));
}

TEST(Autoconfig, NestedServersAreNotTheProviders) {
    EXPECT_THAT(read(file("<box>" + server("imap.example.com") + "</box>")).servers, IsEmpty());
}

TEST(Autoconfig, NumberOfServersIsBounded) {
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += server("imap.example.com");
    EXPECT_THAT(read(file(many)).servers, SizeIs(16));
}

std::string nested(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
        text += "<a>";
    for (std::size_t i = 0; i < depth; ++i)
        text += "</a>";
    return text;
}

struct NoFile {
    const char* name;
    std::string xml;
    const char* why;
};

// What other readers let pass, each in a file that is good but for this.
TEST(Autoconfig, MustBeWellFormedInEveryLetter) {
    const std::string good = file(server("imap.example.com"));
    ASSERT_TRUE(parse_autoconfig(good, alice()));
    const std::string end = "</emailProvider>";
    for (const char* fault :
         {"<x>&nbsp;</x>", "<x>you & me</x>", "<x a=\"1\" a=\"2\"/>", "<x a=1/>", "<x a/>",
          "<x a=\"<\"/>", "<!-- a -- b -->", "<x>\xff</x>", "<x>\x01</x>", "<x>&#0;</x>", "<x></X>",
          "<x><y></x></y>", "<1x/>", "<x>]]></x>"}) {
        std::string bad = good;
        bad.insert(bad.find(end), fault);
        const auto read = parse_autoconfig(bad, alice());
        ASSERT_FALSE(read) << fault;
        EXPECT_THAT(read.error().detail, HasSubstr("not well-formed XML")) << fault;
    }
    EXPECT_FALSE(parse_autoconfig("\n" + good, alice())) << "nothing stands before the declaration";
    EXPECT_TRUE(parse_autoconfig("\xef\xbb\xbf" + good, alice())) << "but a byte order mark may";
}

TEST(Autoconfig, IsReadInTheEncodingsThatAuthorsDeclare) {
    const std::string good = file(server("imap.example.com"));
    const auto declared = [&](std::string_view encoding) {
        std::string text = good;
        return text.replace(text.find("UTF-8"), 5, encoding);
    };
    for (const char* encoding : {"utf-8", "utf8", "UTF8", "us-ascii", "iso-8859-1", "ISO-8859-15",
                                 "windows-1252", "latin1"})
        EXPECT_THAT(hosts(read(declared(encoding))), ElementsAre("imap.example.com")) << encoding;
    const auto named = [&](std::string_view encoding, std::string_view name) {
        std::string text = declared(encoding);
        return text.replace(text.find("Example Mail"), 12, name);
    };
    EXPECT_EQ(read(named("utf8",
                         "B\xC3\xBC"
                         "cher"))
                  .provider.name,
              "B\xC3\xBC"
              "cher");
    EXPECT_EQ(read(named("iso-8859-1",
                         "B\xFC"
                         "cher"))
                  .provider.name,
              "B\xC3\xBC"
              "cher");
    EXPECT_FALSE(parse_autoconfig(named("windows-1252",
                                        "B\xFC"
                                        "cher"),
                                  alice()));
    std::string wide = "\xFE\xFF";
    for (const char c : declared("utf-16"))
        wide += {'\0', c};
    EXPECT_THAT(hosts(read(wide)), ElementsAre("imap.example.com"));
}

TEST(Autoconfig, NamespacesDoNotMatter) {
    std::string text = file(server("imap.example.com"));
    const std::string root = "<clientConfig version";
    std::string other = text;
    other.replace(other.find(root), root.size(),
                  "<clientConfig xmlns=\"urn:any\" xmlns:x=\"urn:other\" x:a=\"1\" version");
    EXPECT_THAT(hosts(read(other)), ElementsAre("imap.example.com"));
    for (const char* name : {"clientConfig", "emailProvider", "domain", "incomingServer",
                             "hostname", "port", "socketType", "username", "authentication"}) {
        for (const char* mark : {"<", "</"}) {
            const std::string from = mark + std::string(name);
            for (std::size_t at = text.find(from); at != std::string::npos;
                 at = text.find(from, at + 1))
                text.replace(at, from.size(), mark + std::string("m:") + name);
        }
    }
    EXPECT_THAT(hosts(read(text)), ElementsAre("imap.example.com"));
}

class NotAutoconfig : public testing::TestWithParam<NoFile> {};

TEST_P(NotAutoconfig, IsRefusedWhole) {
    const auto read = parse_autoconfig(GetParam().xml, alice());
    ASSERT_FALSE(read) << GetParam().name;
    EXPECT_EQ(read.error().kind, ProblemKind::protocol_violation);
    EXPECT_THAT(read.error().detail, HasSubstr(GetParam().why)) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    Autoconfig, NotAutoconfig,
    testing::Values(NoFile{"empty", "", "well-formed"}, NoFile{"text", "hello", "well-formed"},
                    NoFile{"html", "<html><body><p>Hello</body></html>", "well-formed"},
                    NoFile{"other root", "<configuration/>", "clientConfig"},
                    NoFile{"no provider", "<clientConfig/>", "emailProvider"},
                    NoFile{"cut off", file(server("imap.example.com")).substr(0, 300),
                           "well-formed"},
                    NoFile{"two roots", "<clientConfig/><clientConfig/>", "well-formed"},
                    NoFile{"text after", file(server("imap.example.com")) + "\";", "well-formed"},
                    NoFile{"no id",
                           "<clientConfig><emailProvider><domain>example.com</domain>"
                           "</emailProvider></clientConfig>",
                           "id"},
                    NoFile{"no domain",
                           "<clientConfig><emailProvider id=\"example.com\">"
                           "</emailProvider></clientConfig>",
                           "domain"},
                    NoFile{"doctype",
                           "<!DOCTYPE clientConfig SYSTEM \"http://evil.example/x.dtd\">" +
                               file(server("imap.example.com")).substr(38),
                           "DOCTYPE"},
                    NoFile{"billion laughs",
                           "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>"
                           "<clientConfig>&b;</clientConfig>",
                           "DOCTYPE"},
                    NoFile{"external entity",
                           "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
                           "<clientConfig>&a;</clientConfig>",
                           "DOCTYPE"},
                    NoFile{"too deep", "<clientConfig>" + nested(40) + "</clientConfig>", "deep"},
                    NoFile{"very deep", nested(30000), "deep"},
                    NoFile{"too large", file(std::string(256 * 1024, ' ')), "256 KiB"}));

TEST(Autoconfig, DeepestAndLargestAreTaken) {
    EXPECT_TRUE(parse_autoconfig(file(server("imap.example.com") + nested(29)), alice()));
    const std::string text = file(server("imap.example.com"));
    EXPECT_TRUE(parse_autoconfig(
        file(server("imap.example.com") + std::string(256 * 1024 - text.size(), ' ')), alice()));
}

TEST(Placeholders, AreReplacedOnceAndEverywhere) {
    const Address address = *parse_address("al%EMAILDOMAIN%ce@example.com");
    EXPECT_EQ(fill_placeholders("%EMAILADDRESS%", address), "al%EMAILDOMAIN%ce@example.com");
    EXPECT_EQ(fill_placeholders("%EMAILLOCALPART%", address), "al%EMAILDOMAIN%ce");
    EXPECT_EQ(fill_placeholders("x-%EMAILDOMAIN%-%EMAILDOMAIN%", address),
              "x-example.com-example.com");
    EXPECT_EQ(fill_placeholders("%REALNAME%", address), "");
    EXPECT_EQ(fill_placeholders("100%", address), "100%");
    EXPECT_EQ(fill_placeholders("%emailaddress% %OTHER%", address), "%emailaddress% %OTHER%");
}

TEST(Placeholders, InTheHostNameMustGiveAHostName) {
    EXPECT_THAT(hosts(read(file(server("imap.%EMAILDOMAIN%")))), ElementsAre("imap.example.com"));
    const Address odd = *parse_address("a/b@example.com");
    const auto found = parse_autoconfig(file(server("%EMAILLOCALPART%.example.com")), odd);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->servers, IsEmpty());
}

TEST(Placeholders, AreFilledAfterTheXmlIsRead) {
    const Address address = *parse_address("a&b@example.com");
    const auto found = parse_autoconfig(file(server("imap.example.com")), address);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->servers.front().username, "a&b@example.com");
}

}  // namespace
}  // namespace gatepost::discovery
