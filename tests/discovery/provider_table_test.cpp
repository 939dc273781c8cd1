#include "discovery/provider_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "discovery/domain.h"
#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const ProviderTable& table() {
    return ProviderTable::compiled_in();
}

std::string id_of(const ProviderEntry* entry) {
    return entry == nullptr ? "nobody" : entry->provider.id;
}

Address address(const std::string& text) {
    return *parse_address(text);
}

TEST(CompiledInTable, IsReadWhole) {
    std::size_t domains = 0;
    std::size_t mx = 0;
    for (const ProviderEntry& entry : table().entries()) {
        if (!entry.servers.empty()) domains += entry.domains.size();
        mx += entry.mx.size();
    }
    RecordProperty("providers", static_cast<int>(table().entries().size()));
    RecordProperty("domains", static_cast<int>(domains));
    RecordProperty("mx", static_cast<int>(mx));
    EXPECT_GE(table().entries().size(), 200U);
    EXPECT_GE(domains, 1200U);
    EXPECT_GE(mx, 90U);
    EXPECT_GE(table().gateways().size(), 15U);
}

TEST(CompiledInTable, IdsAndNamesOfProvidersAreTheirOwn) {
    std::set<std::string> ids;
    for (const ProviderEntry& entry : table().entries()) {
        EXPECT_TRUE(ids.insert(entry.provider.id).second) << entry.provider.id;
        EXPECT_FALSE(entry.provider.name.empty()) << entry.provider.id;
        EXPECT_TRUE(is_utf8(entry.provider.name)) << entry.provider.id;
    }
}

TEST(CompiledInTable, EveryEntryCanBeFound) {
    for (const ProviderEntry& entry : table().entries())
        EXPECT_FALSE(entry.domains.empty() && entry.mx.empty()) << entry.provider.id;
}

TEST(CompiledInTable, PortsAndSecurityGoTogether) {
    for (const ProviderEntry& entry : table().entries()) {
        for (const KnownServer& server : entry.servers) {
            const bool tls = server.security == Security::tls;
            EXPECT_EQ(server.port, tls ? 993 : 143) << entry.provider.id;
        }
    }
}

TEST(CompiledInTable, OAuthIsNamedWhereverItIsAWayToSignIn) {
    for (const ProviderEntry& entry : table().entries()) {
        for (const KnownServer& server : entry.servers) {
            const bool by_oauth = std::ranges::any_of(
                server.auth, [](AuthMethod method) { return method != AuthMethod::password; });
            EXPECT_EQ(by_oauth, entry.oauth.has_value()) << entry.provider.id;
        }
    }
}

TEST(CompiledInTable, NoGatewayIsAProvider) {
    for (const SecurityGateway& gateway : table().gateways()) {
        for (const std::string& name : gateway.mx)
            EXPECT_EQ(table().by_mx(name), nullptr) << name;
    }
    for (const ProviderEntry& entry : table().entries()) {
        for (const std::string& name : entry.mx)
            EXPECT_EQ(table().gateway_by_mx(name), nullptr) << name;
    }
}

// Two names of which one is below the other are meant only where they are two providers.
TEST(CompiledInTable, NoMxNameIsBelowAnotherOfItsProvider) {
    for (const ProviderEntry& entry : table().entries()) {
        for (const std::string& name : entry.mx) {
            const std::string parent = name.substr(name.find('.') + 1);
            EXPECT_NE(table().by_mx(parent), &entry) << name;
            EXPECT_EQ(table().by_mx("mx1." + name), &entry) << name;
        }
    }
}

TEST(CompiledInTable, DomainsAreRegisteredNamesInTheFormThatIsAskedFor) {
    for (const ProviderEntry& entry : table().entries()) {
        for (const std::string& domain : entry.domains) {
            const auto name = a_label_of(domain);
            ASSERT_TRUE(name) << domain;
            EXPECT_EQ(*name, domain);
        }
    }
}

TEST(CompiledInTable, HelpIsUnderHttpsAndHasATitle) {
    for (const ProviderEntry& entry : table().entries()) {
        for (const Document& page : entry.documentation) {
            EXPECT_TRUE(page.url.starts_with("https://")) << page.url;
            EXPECT_FALSE(page.title.empty()) << page.url;
            EXPECT_EQ(page.language.size(), 2U) << page.url;
        }
    }
}

// What a person must know before the account's own password is tried, where it never works.
enum class Hint { none, app_password, no_imap };

struct LargestProvider {
    const char* id;
    Hint hint = Hint::none;
};

// The list of discovery/README.md, which says what it rests on.
constexpr LargestProvider largest_providers[] = {
    {"gmail.com", Hint::app_password},
    {"outlook.com"},
    {"yahoo.com", Hint::app_password},
    {"aol.com", Hint::app_password},
    {"comcast.net"},
    {"icloud.com", Hint::app_password},
    {"att.net", Hint::app_password},
    {"gmx.net"},
    {"web.de"},
    {"t-online.de", Hint::app_password},
    {"orange.fr"},
    {"wp.pl"},
    {"virginmedia.com", Hint::app_password},
    {"btinternet.com"},
    {"qq.com", Hint::app_password},
    {"163.com", Hint::app_password},
    {"mail.ru", Hint::app_password},
    {"yandex.com", Hint::app_password},
    {"naver.com", Hint::app_password},
    {"daum.net"},
    {"yahoo.co.jp"},
    {"office365.com"},
    {"proton.me", Hint::no_imap},
    {"free.fr"},
    {"libero.it"},
    {"uol.com.br"},
    {"cox.net", Hint::app_password},
    {"sfr.fr"},
    {"verizon.net", Hint::app_password},
    {"bigpond.com"},
    {"alice.it"},
    {"laposte.net"},
    {"charter.net"},
    {"rambler.ru"},
    {"tiscali.it"},
    {"shaw.ca"},
    {"sky.com", Hint::app_password},
    {"earthlink.net"},
    {"optimum.net"},
    {"freenet.de"},
};
static_assert(std::size(largest_providers) == 40);

class LargestProviders : public testing::TestWithParam<LargestProvider> {};

TEST_P(LargestProviders, AreToldHowToSignIn) {
    const auto& [id, hint] = GetParam();
    const auto entry =
        std::ranges::find(table().entries(), id, [](const auto& one) { return one.provider.id; });
    ASSERT_NE(entry, table().entries().end());
    EXPECT_EQ(entry->servers.empty(), hint == Hint::no_imap);
    EXPECT_EQ(entry->app_password, hint == Hint::app_password);
    EXPECT_FALSE(entry->documentation.empty());
}

INSTANTIATE_TEST_SUITE_P(Table, LargestProviders, testing::ValuesIn(largest_providers),
                         [](const auto& instance) {
                             std::string name = instance.param.id;
                             std::ranges::replace_if(
                                 name, [](char c) { return c == '.' || c == '-'; }, '_');
                             return name;
                         });

struct KnownAddress {
    const char* address;
    const char* provider;
    const char* host;
    const char* username;
};

class LargeProvider : public testing::TestWithParam<KnownAddress> {};

TEST_P(LargeProvider, IsKnownByTheDomain) {
    const Address asked = address(GetParam().address);
    const ProviderEntry* entry = table().by_domain(asked.domain);
    ASSERT_EQ(id_of(entry), GetParam().provider);
    const Settings settings = entry->candidates(asked).front().settings;
    EXPECT_EQ(settings.host, GetParam().host);
    EXPECT_EQ(settings.username, GetParam().username);
}

INSTANTIATE_TEST_SUITE_P(
    Table, LargeProvider,
    testing::Values(
        KnownAddress{"a@gmail.com", "gmail.com", "imap.gmail.com", "a@gmail.com"},
        KnownAddress{"a@googlemail.com", "gmail.com", "imap.gmail.com", "a@googlemail.com"},
        KnownAddress{"a@outlook.com", "outlook.com", "outlook.office365.com", "a@outlook.com"},
        KnownAddress{"a@hotmail.co.uk", "outlook.com", "outlook.office365.com", "a@hotmail.co.uk"},
        KnownAddress{"a@live.nl", "outlook.com", "outlook.office365.com", "a@live.nl"},
        KnownAddress{"a@yahoo.co.uk", "yahoo.com", "imap.mail.yahoo.com", "a@yahoo.co.uk"},
        KnownAddress{"a@icloud.com", "icloud.com", "imap.mail.me.com", "a"},
        KnownAddress{"a@aim.com", "aol.com", "imap.aol.com", "a@aim.com"},
        KnownAddress{"a@fastmail.fm", "fastmail.com", "imap.fastmail.com", "a@fastmail.fm"},
        KnownAddress{"a@gmx.de", "gmx.net", "imap.gmx.net", "a@gmx.de"},
        KnownAddress{"a@web.de", "web.de", "imap.web.de", "a"},
        KnownAddress{"a@t-online.de", "t-online.de", "secureimap.t-online.de", "a@t-online.de"},
        KnownAddress{"a@free.fr", "free.fr", "imap.free.fr", "a"},
        KnownAddress{"a@yandex.ru", "yandex.com", "imap.yandex.com", "a@yandex.ru"},
        // Where lists disagree, what was decided stays decided.
        KnownAddress{"a@arcor.de", "vodafonemail.de", "imap.vodafonemail.de", "a@arcor.de"},
        KnownAddress{"a@gmx.com", "gmx.com", "imap.gmx.com", "a@gmx.com"},
        KnownAddress{"a@naver.com", "naver.com", "imap.naver.com", "a@naver.com"},
        KnownAddress{"a@qq.com", "qq.com", "imap.qq.com", "a@qq.com"},
        KnownAddress{"a@zoho.com", "zoho.com", "imap.zoho.com", "a@zoho.com"},
        KnownAddress{"a@zohomail.com", "zoho.com", "imap.zoho.com", "a@zohomail.com"},
        KnownAddress{"a@yahoo.co.jp", "yahoo.co.jp", "imap.mail.yahoo.co.jp", "a"},
        KnownAddress{"a@wp.pl", "wp.pl", "imap.wp.pl", "a"},
        KnownAddress{"a@centurytel.net", "centurylink.net", "mail.centurylink.net",
                     "a@centurytel.net"}));

TEST(CompiledInTable, DomainsAreMatchedWhole) {
    for (const char* domain : {"live.anything", "mail.gmail.com", "notgmail.com", "gmail.co", ""})
        EXPECT_EQ(table().by_domain(domain), nullptr) << domain;
}

TEST(CompiledInTable, MicrosoftTakesNoPasswords) {
    for (const char* domain : {"outlook.com", "office365.com"}) {
        const ProviderEntry* entry = table().by_domain(domain);
        ASSERT_NE(entry, nullptr);
        EXPECT_THAT(entry->servers.front().auth, testing::ElementsAre(AuthMethod::xoauth2));
        EXPECT_EQ(entry->oauth->provider, "microsoft");
    }
}

TEST(CompiledInTable, ProvidersWithoutImapAreKnownAsSuch) {
    for (const char* domain : {"proton.me", "protonmail.com", "pm.me", "tuta.com", "hey.com"}) {
        const ProviderEntry* entry = table().by_domain(domain);
        ASSERT_NE(entry, nullptr) << domain;
        const Evidence evidence = evidence_of(*entry, address(std::string("a@") + domain));
        EXPECT_TRUE(evidence.no_imap);
        EXPECT_EQ(evidence.outcome, Outcome::not_found);
        EXPECT_TRUE(evidence.candidates.empty());
        EXPECT_THAT(evidence.detail, HasSubstr("no IMAP"));
    }
}

TEST(CompiledInTable, AppPasswordHintsHaveThePageFirst) {
    for (const char* domain :
         {"gmail.com", "icloud.com", "yahoo.com", "aol.com", "fastmail.com", "t-online.de"}) {
        const ProviderEntry* entry = table().by_domain(domain);
        ASSERT_NE(entry, nullptr) << domain;
        EXPECT_TRUE(entry->app_password) << domain;
        EXPECT_FALSE(entry->documentation.empty()) << domain;
    }
}

TEST(MxPatterns, NameTheProviderAtOrBelowThem) {
    const std::pair<const char*, const char*> cases[] = {
        {"aspmx.l.google.com", "gmail.com"},
        {"alt1.aspmx.l.google.com", "gmail.com"},
        {"aspmx2.googlemail.com", "gmail.com"},
        {"smtp.google.com", "gmail.com"},
        {"example-com.mail.protection.outlook.com", "office365.com"},
        {"example-com.a-v1.mx.microsoft", "office365.com"},
        {"outlook-com.olc.protection.outlook.com", "outlook.com"},
        {"mx-aol.mail.gm0.yahoodns.net", "aol.com"},
        {"mta5.am0.yahoodns.net", "yahoo.com"},
        {"in1-smtp.messagingengine.com", "fastmail.com"},
        {"mx01.mail.icloud.com", "icloud.com"},
        {"mail.protonmail.ch", "proton.me"},
        {"mx.zoho.com", "imappro.zoho.com"},
        {"mx2.zoho.com.au", "imappro.zoho.com.au"},
        {"mx00.kundenserver.de", "ionos.com"},
        {"mx01.ionos.co.uk", "imap.ionos.co.uk"},
        {"mx1.mail.ovh.net", "ovh.net"},
        {"spool.mail.gandi.net", "gandi.net"},
        {"smtpin.rzone.de", "strato.de"},
        {"mx.yandex.net", "yandex.com"},
        {"emx.mail.ru", "mail.ru"},
        {"mail.tutanota.de", "tuta.com"},
        {"mx1.hostinger.com", "hostinger.com"},
        {"mx1.sub4.homie.mail.dreamhost.com", "dreamhost.com"},
        {"aspmx.l.google.com.evil.example", "nobody"},
        {"notgooglemail.com", "nobody"},
        {"com", "nobody"},
    };
    for (const auto& [host, provider] : cases)
        EXPECT_EQ(id_of(table().by_mx(host)), provider) << host;
}

TEST(MxPatterns, SecurityGatewaysAreRecognised) {
    for (const char* host : {"mx0a-00000001.pphosted.com", "eu-smtp-inbound-1.mimecast.com",
                             "d1234.ess.barracudanetworks.com", "cluster1.eu.messagelabs.com",
                             "mx1.hc1-1.eu.iphmx.com", "mx01.hornetsecurity.com",
                             "mx-01.prod.hydra.sophos.com", "example.in.tmes.trendmicro.eu"}) {
        EXPECT_NE(table().gateway_by_mx(host), nullptr) << host;
        EXPECT_EQ(table().by_mx(host), nullptr) << host;
    }
    EXPECT_EQ(table().gateway_by_mx("mx.example.com"), nullptr);
}

constexpr std::string_view small_table = R"(
# A comment.
origin here Somebody who knows.

oauth-at somewhere
    from here
    authorization https://login.example.com/authorize
    token https://login.example.com/token
    scopes mail offline

provider example.com
    name Example Mail
    from here
    domains example.com example.net
    domains example.org
    mx mx.example.com
    imap imap.example.com 993 tls local xoauth2 password
    imap imap.example.com 143 starttls address password
    oauth somewhere
    app-password
    help en https://example.com/help How to connect
)";

TEST(TableText, SaysEverythingAboutAProvider) {
    const auto read = ProviderTable::parse(small_table);
    ASSERT_TRUE(read) << read.error().detail;
    const ProviderEntry* entry = read->by_domain("example.org");
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(entry, read->by_imap_host("imap.example.com"));
    const Evidence evidence = evidence_of(*entry, address("alice@example.org"));
    EXPECT_EQ(evidence.outcome, Outcome::found);
    EXPECT_EQ(evidence.provider->name, "Example Mail");
    ASSERT_THAT(evidence.candidates, SizeIs(2));
    EXPECT_TRUE(evidence.candidates[0].proven);
    EXPECT_EQ(evidence.candidates[0].settings.username, "alice");
    EXPECT_EQ(evidence.candidates[1].settings.username, "alice@example.org");
    EXPECT_EQ(evidence.candidates[1].settings.port, 143);
    EXPECT_EQ(evidence.oauth->provider, "somewhere");
    EXPECT_THAT(evidence.oauth->scopes, testing::ElementsAre("mail", "offline"));
    EXPECT_TRUE(evidence.app_password);
    EXPECT_THAT(evidence.documentation,
                testing::ElementsAre(Document{"https://example.com/help", "How to connect", "en"}));
}

struct WrongText {
    std::string text;
    std::string where;
};

class WrongTableText : public testing::TestWithParam<WrongText> {};

TEST_P(WrongTableText, IsRefusedWithTheLine) {
    const auto read = ProviderTable::parse(GetParam().text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ProblemKind::configuration);
    EXPECT_THAT(read.error().detail, HasSubstr(GetParam().where));
}

std::string with(const std::string& line) {
    return "origin o O.\nprovider a.example\n name A\n from o\n"
           " imap imap.a.example 993 tls address password\n" +
           line;
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongTableText,
    testing::Values(
        WrongText{"name A", "line 1"}, WrongText{"provider", "line 1"},
        WrongText{"provider Example", "line 1"}, WrongText{with("colour red"), "line 6"},
        WrongText{with("domains Big.example"), "line 6"},
        WrongText{with("domains *.example.com"), "line 6"},
        WrongText{with("mx 127.0.0.1"), "line 6"}, WrongText{with("no-imap"), "line 6"},
        WrongText{with("oauth nowhere"), "line 6"},
        WrongText{with("imap b.example 0 tls address password"), "line 6"},
        WrongText{with("imap b.example 993 plain address password"), "line 6"},
        WrongText{with("imap b.example 993 tls nick password"), "line 6"},
        WrongText{with("imap b.example 993 tls address kerberos"), "line 6"},
        WrongText{with("imap b.example 993 tls address"), "line 6"},
        WrongText{with("help en http://a.example Help"), "line 6"},
        WrongText{with("domains b.example b.example"), "b.example stands at two"},
        WrongText{with("mx co.uk"), "line 6"}, WrongText{with("from nowhere"), "line 6"},
        WrongText{with("origin p P."), "line 6"}, WrongText{with("name A\xFF"), "line 6"},
        WrongText{with("name \x1B[A"), "line 6"}, WrongText{"origin o", "line 1"},
        WrongText{"origin o O.\norigin o O.", "line 2"}, WrongText{"from o", "line 1"},
        WrongText{"provider a.example\n name A\n no-imap", "line 3"},
        WrongText{"provider a.example\n name A", "line 2"},
        WrongText{"oauth-at a\n issuer https://a.example", "line 2"},
        WrongText{"gateway G\n imap x", "line 2"}));

}  // namespace
}  // namespace gatepost::discovery
