#include "discovery/discovery.h"

#include "discovery_conversation.h"

namespace gatepost::discovery {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

using KnownProvider = Conversation;

TEST_F(KnownProvider, IsToldWithoutAnyNetwork) {
    ask("alice@gmail.com");
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->found);
    EXPECT_TRUE(report->proven);
    EXPECT_TRUE(report->app_password);
    EXPECT_EQ(report->settings.host, "imap.gmail.com");
    EXPECT_EQ(report->oauth->provider, "google");
    EXPECT_EQ(evidence(SourceKind::providers).outcome, Outcome::found);
    EXPECT_EQ(evidence(SourceKind::providers).from, "compiled in");
    for (const SourceKind source : {SourceKind::autoconfig, SourceKind::srv, SourceKind::mx})
        EXPECT_EQ(evidence(source).outcome, Outcome::skipped);
    EXPECT_THAT(dns.srvs.asked, IsEmpty());
    EXPECT_THAT(https.pages.asked, IsEmpty());
}

TEST_F(KnownProvider, WithoutImapIsToldWithoutAnyNetworkToo) {
    ask("alice@proton.me");
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
    EXPECT_TRUE(report->no_imap);
    EXPECT_EQ(report->provider.name, "Proton Mail");
    EXPECT_FALSE(report->documentation.empty());
    EXPECT_THAT(dns.mxs.asked, IsEmpty());
}

using Engine = Conversation;

TEST_F(Engine, AsksAllSourcesAtOnce) {
    ask("alice@example.com");
    EXPECT_FALSE(report);
    EXPECT_THAT(https.pages.asked,
                IsSupersetOf({pacc_url, own_url, well_known_url, ispdb_url, autodiscover_own}));
    EXPECT_THAT(dns.txts.asked, ElementsAre(pacc_digest));
    EXPECT_THAT(dns.srvs.asked,
                IsSupersetOf({"_imaps._tcp.example.com", "_imap._tcp.example.com"}));
    EXPECT_THAT(dns.mxs.asked, ElementsAre("example.com"));
}

TEST_F(Engine, AnswersWithTheBestRankAtOnceAndCancelsTheOthers) {
    ask("alice@example.com");
    answer_file(own_url, "imap.example.com");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.example.com");
    EXPECT_TRUE(report->proven);
    EXPECT_EQ(evidence(SourceKind::srv).outcome, Outcome::skipped);
    EXPECT_EQ(evidence(SourceKind::srv).from, "SRV _imaps._tcp.example.com");
    EXPECT_THAT(https.pages.cancelled, ElementsAre(well_known_url));
    EXPECT_THAT(dns.srvs.cancelled.size(), 2U);
    EXPECT_THAT(dns.mxs.cancelled, ElementsAre("example.com"));
}

TEST_F(Engine, WaitsForBetterRanksHoweverLateTheyAre) {
    ask("alice@example.com");
    answer_mx({{1, "aspmx.l.google.com"}});
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap.example.com"}});
    EXPECT_FALSE(report);
    answer_no_autoconfig();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.example.com");
    ASSERT_EQ(report->alternatives.size(), 1U);
    EXPECT_EQ(report->alternatives[0].settings.host, "imap.gmail.com");
}

TEST_F(Engine, UnprovenServerWaitsForTheSourceThatCanProveIt) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap.gmail.com"}});
    EXPECT_FALSE(report);
    answer_mx({{1, "aspmx.l.google.com"}});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->proven);
    EXPECT_FALSE(evidence(SourceKind::srv).proven);
    EXPECT_EQ(report->provider.id, "gmail.com");
}

TEST_F(Engine, NothingFoundTellsWhatEachSourceSaid) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_no_srv();
    answer_mx({});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
    EXPECT_EQ(report->evidence.size(), 8U);
    for (const Evidence& each : report->evidence) {
        EXPECT_EQ(each.outcome,
                  each.source == SourceKind::guess ? Outcome::skipped : Outcome::not_found);
        EXPECT_FALSE(each.from.empty());
        EXPECT_FALSE(each.detail.empty());
    }
}

TEST_F(Engine, DeadlineAnswersWithWhatIsThere) {
    DiscoveryOptions options;
    options.deadline = std::chrono::milliseconds(0);
    answer_mx({{1, "aspmx.l.google.com"}});
    ask("alice@example.com", options);
    ASSERT_TRUE(report);
    EXPECT_EQ(evidence(SourceKind::autoconfig).outcome, Outcome::timed_out);
    EXPECT_EQ(evidence(SourceKind::srv).outcome, Outcome::timed_out);
    EXPECT_THAT(https.pages.cancelled, Contains(own_url));
}

TEST_F(Engine, CancellingTheCallerCancelsAll) {
    ask("alice@example.com");
    cancel.emit(asio::cancellation_type::all);
    settle();
    EXPECT_TRUE(ended);
    EXPECT_EQ(https.pages.cancelled.size(), 2U);
    EXPECT_EQ(dns.srvs.cancelled.size(), 2U);
    EXPECT_EQ(dns.mxs.cancelled.size(), 1U);
}

using AutoconfigSource = Conversation;

TEST_F(AutoconfigSource, PrefersTheDomainsAutoconfigHostAndWaitsForIt) {
    ask("alice@example.com");
    answer_file(well_known_url, "b.example.com");
    EXPECT_FALSE(report);
    answer_file(own_url, "a.example.com");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "a.example.com");
    EXPECT_EQ(evidence(SourceKind::autoconfig).from, own_url);
}

TEST_F(AutoconfigSource, TakesTheWellKnownPlaceWhenTheOtherHasNothing) {
    ask("alice@example.com");
    answer_not_found(own_url);
    answer_file(well_known_url, "b.example.com");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "b.example.com");
    EXPECT_TRUE(report->proven);
    EXPECT_EQ(evidence(SourceKind::autoconfig).from, well_known_url);
}

TEST_F(AutoconfigSource, TellsTheAddressToTheAutoconfigHostOnlyAndEncoded) {
    ask("a&b=c+d%@example.com");
    const std::string told =
        "https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress="
        "a%26b%3Dc%2Bd%25%40example.com";
    EXPECT_THAT(https.pages.asked,
                IsSupersetOf(std::vector<std::string>{told, well_known_url, ispdb_url}));
}

TEST_F(AutoconfigSource, WithoutTlsIsAskedOnlyWhenAllowedAndNeverProven) {
    DiscoveryOptions options;
    options.plain_http = true;
    ask("alice@example.com", options);
    const std::string plain = "http://example.com/.well-known/autoconfig/mail/config-v1.1.xml";
    EXPECT_THAT(https.pages.asked, Contains(plain));
    EXPECT_TRUE(https.requests[plain].plain_http);
    EXPECT_FALSE(https.requests[well_known_url].plain_http);
    answer_no_autoconfig();
    answer_not_found(
        "http://autoconfig.example.com/mail/config-v1.1.xml"
        "?emailaddress=alice%40example.com");
    answer_file(plain, "imap.example.com");
    answer_no_srv();
    answer_mx({});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->found);
    EXPECT_FALSE(report->proven);
    EXPECT_THAT(evidence(SourceKind::autoconfig).detail, HasSubstr("without TLS"));
}

TEST_F(AutoconfigSource, SaysThatItWasToldTheAddressWhereTheOneThatWasHasAnswered) {
    ask("alice@example.com");
    answer_file(own_url, "imap.example.com");
    ASSERT_TRUE(report);
    EXPECT_TRUE(evidence(SourceKind::autoconfig).was_told_address);
}

TEST_F(AutoconfigSource, WasNotToldTheAddressWhereOnlyTheOtherPlaceHasAnswered) {
    ask("alice@example.com");
    https.pages.answer(own_url, problem(ProblemKind::cannot_connect, "No such name."));
    answer_not_found(well_known_url);
    answer_no_srv();
    answer_mx({});
    ASSERT_TRUE(report);
    EXPECT_FALSE(evidence(SourceKind::autoconfig).was_told_address);
}

TEST_F(AutoconfigSource, WasToldTheAddressThoughItHasNothingForIt) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_no_srv();
    answer_mx({});
    ASSERT_TRUE(report);
    EXPECT_TRUE(evidence(SourceKind::autoconfig).was_told_address);
    EXPECT_TRUE(evidence(SourceKind::autodiscover).was_told_address);
    for (const SourceKind source : {SourceKind::pacc, SourceKind::srv, SourceKind::ispdb})
        EXPECT_FALSE(evidence(source).was_told_address);
}

class AutoconfigOAuth : public Conversation {
  protected:
    void answer_file_with_issuer() {
        std::string xml = file("imap.example.com");
        const std::string method = "<authentication>OAuth2</authentication>";
        xml.insert(xml.find("<authentication>"), method);
        const std::string root = "</clientConfig>";
        xml.replace(xml.find(root), root.size(),
                    "<oAuth2><issuer>auth.example.net</issuer></oAuth2>" + root);
        answer_page(own_url, {200, "text/xml", xml, own_url, true, {}});
    }

    static constexpr const char* metadata_url =
        "https://auth.example.net/.well-known/oauth-authorization-server";
    static constexpr const char* openid_url =
        "https://auth.example.net/.well-known/openid-configuration";
    static constexpr const char* metadata =
        R"({"issuer":"https://auth.example.net",
            "authorization_endpoint":"https://auth.example.net/a",
            "token_endpoint":"https://auth.example.net/t"})";
};

TEST_F(AutoconfigOAuth, IsReadFromTheIssuersMetadataWhereTheFileNamesOnlyThat) {
    ask("alice@example.com");
    answer_file_with_issuer();
    EXPECT_FALSE(report);
    answer_page(metadata_url, {200, "application/json", metadata, metadata_url, true, {}});
    ASSERT_TRUE(report);
    ASSERT_TRUE(report->oauth);
    EXPECT_EQ(report->oauth->token_endpoint, "https://auth.example.net/t");
    EXPECT_EQ(report->oauth->from, metadata_url);
    EXPECT_THAT(report->settings.auth,
                testing::ElementsAre(AuthMethod::xoauth2, AuthMethod::password));
}

TEST_F(AutoconfigOAuth, ProvesNothing) {
    ask("alice@example.com");
    answer_no_srv();
    answer_mx({});
    answer_page(metadata_url, {200, "application/json", metadata, metadata_url, true, {}});
    std::string xml = file("imap.example.com");
    xml.replace(xml.find("password-cleartext"), 18, "OAuth2");
    xml.replace(xml.find("</clientConfig>"), 15,
                "<oAuth2><issuer>https://auth.example.net</issuer></oAuth2></clientConfig>");
    answer_page(own_url, {200, "text/xml", xml, "https://evil.example.net/mail.xml", true, {}});
    answer_not_found(well_known_url);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->found);
    EXPECT_TRUE(report->oauth);
    EXPECT_FALSE(report->proven);
}

TEST_F(AutoconfigOAuth, ThatNobodyExplainsLeavesThePassword) {
    ask("alice@example.com");
    answer_file_with_issuer();
    answer_not_found(metadata_url);
    answer_not_found(openid_url);
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->oauth);
    EXPECT_THAT(report->settings.auth, testing::ElementsAre(AuthMethod::password));
    EXPECT_TRUE(report->proven);
    EXPECT_THAT(evidence(SourceKind::autoconfig).detail, HasSubstr("https://auth.example.net"));
}

TEST_F(AutoconfigOAuth, OfASilentIssuerDoesNotCostTheFileItsTurn) {
    DiscoveryOptions options;
    options.deadline = std::chrono::milliseconds(100);
    ask("alice@example.com", options);
    answer_file_with_issuer();
    EXPECT_FALSE(report);
    context.restart();
    context.run();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.example.com");
    EXPECT_THAT(https.pages.cancelled, Contains(metadata_url));
    EXPECT_EQ(evidence(SourceKind::autoconfig).ttl, std::chrono::seconds(30)) << "soon asked again";
}

struct Redirect {
    const char* name;
    std::string to;
    bool all_https;
    bool proven;
};

class Redirected : public Conversation, public testing::WithParamInterface<Redirect> {};

TEST_P(Redirected, ProvesWithinTheDomainAndUnderTlsOnly) {
    ask("alice@example.com");
    answer_no_srv();
    answer_mx({});
    answer_page(own_url,
                {200, "text/xml", file("imap.example.com"), GetParam().to, GetParam().all_https});
    answer_not_found(well_known_url);
    ASSERT_TRUE(report) << GetParam().name;
    EXPECT_TRUE(report->found);
    EXPECT_EQ(report->proven, GetParam().proven) << GetParam().name;
    EXPECT_EQ(evidence(SourceKind::autoconfig).detail.empty(), GetParam().proven);
}

INSTANTIATE_TEST_SUITE_P(
    AutoconfigSource, Redirected,
    testing::Values(Redirect{"same domain", "https://www.example.com/mail.xml", true, true},
                    Redirect{"another domain", "https://evil.example.net/mail.xml", true, false},
                    Redirect{"over http", "https://www.example.com/mail.xml", false, false},
                    Redirect{"no URL", "nonsense", true, false}));

struct Failure {
    Problem problem;
    Outcome outcome;
};

class FailingAutoconfig : public Conversation, public testing::WithParamInterface<Failure> {};

TEST_P(FailingAutoconfig, IsToldByItsOutcomeAndTheProblemsWords) {
    ask("alice@example.com");
    answer_no_srv();
    answer_mx({});
    answer_not_found(well_known_url);
    https.pages.answer(own_url, GetParam().problem);
    settle();
    ASSERT_TRUE(report);
    EXPECT_EQ(evidence(SourceKind::autoconfig).outcome, GetParam().outcome);
    EXPECT_THAT(evidence(SourceKind::autoconfig).detail, HasSubstr(GetParam().problem.detail));
}

INSTANTIATE_TEST_SUITE_P(
    AutoconfigSource, FailingAutoconfig,
    testing::Values(
        Failure{problem(ProblemKind::cannot_connect, "No such name.").with("reason", "dns"),
                Outcome::not_found},
        Failure{problem(ProblemKind::cannot_connect, "Closed.").with("reason", "refused"),
                Outcome::failed},
        Failure{problem(ProblemKind::cannot_connect, "Silence.").with("reason", "timeout"),
                Outcome::timed_out},
        Failure{problem(ProblemKind::timed_out, "Too slow."), Outcome::timed_out},
        Failure{problem(ProblemKind::host_not_allowed, "Private."), Outcome::refused},
        Failure{problem(ProblemKind::tls_failed, "Expired."), Outcome::failed},
        Failure{problem(ProblemKind::too_large, "Endless."), Outcome::failed}));

using SrvSource = Conversation;

TEST_F(SrvSource, PrefersTlsFromTheStart) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_srv("_imap", {{0, 1, 143, "imap.example.com"}});
    answer_srv("_imaps", {{10, 1, 993, "imap.example.com"}});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.security, Security::tls);
    ASSERT_EQ(report->alternatives.size(), 1U);
    EXPECT_EQ(report->alternatives[0].settings.security, Security::starttls);
}

TEST_F(SrvSource, TakesStarttlsWhereTlsIsNotOffered) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_srv("_imaps", {{0, 0, 0, ""}});
    answer_srv("_imap", {{0, 1, 143, "imap.example.com"}});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.security, Security::starttls);
    EXPECT_EQ(evidence(SourceKind::srv).from, "SRV _imap._tcp.example.com");
}

TEST_F(SrvSource, DomainThatOffersNeitherHasNoImap) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_srv("_imaps", {{0, 0, 0, ""}});
    answer_srv("_imap", {{0, 0, 0, ""}});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
    EXPECT_TRUE(report->no_imap);
}

TEST_F(SrvSource, HoldsAsLongAsTheShorterOfItsRecords) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_srv("_imaps", {{0, 1, 993, "imap.example.com"}}, false, std::chrono::seconds(300));
    answer_srv("_imap", {{0, 1, 143, "imap.example.com"}}, false, std::chrono::seconds(60));
    ASSERT_TRUE(report);
    EXPECT_EQ(evidence(SourceKind::srv).ttl, std::chrono::seconds(60));
    EXPECT_FALSE(evidence(SourceKind::autoconfig).ttl);
}

TEST_F(SrvSource, ThatThereIsNoImapHoldsAsLongAsTheDnsSaysToo) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_srv("_imaps", {{0, 0, 0, ""}}, false, std::chrono::seconds(30));
    answer_srv("_imap", {{0, 0, 0, ""}}, false, std::chrono::seconds(600));
    ASSERT_TRUE(report);
    EXPECT_EQ(evidence(SourceKind::srv).ttl, std::chrono::seconds(30));
}

TEST_F(SrvSource, ServerOutsideTheDomainIsNotProvenAndSaysWhy) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_mx({});
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap.attacker.net"}});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->found);
    EXPECT_FALSE(report->proven);
    EXPECT_THAT(evidence(SourceKind::srv).detail, HasSubstr("imap.attacker.net"));
}

TEST_F(SrvSource, TrustedResolverThatAuthenticatedTheAnswerProvesIt) {
    DiscoveryOptions options;
    options.trust_ad = true;
    ask("alice@example.com", options);
    answer_no_autoconfig();
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "imap.hoster.net"}}, true);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->proven);
}

TEST_F(SrvSource, KnownServerIsSignedInToAsItsProviderTakesIt) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_mx({});
    answer_srv("_imap", {});
    answer_srv("_imaps", {{0, 1, 993, "outlook.office365.com"}});
    ASSERT_TRUE(report);
    EXPECT_THAT(report->settings.auth, ElementsAre(AuthMethod::xoauth2));
    EXPECT_EQ(report->oauth->provider, "microsoft");
    EXPECT_FALSE(report->proven);
}

using IspdbSource = Conversation;

TEST_F(IspdbSource, IsAskedForTheDomainAloneAndProvesWhatItSays) {
    leave_open(ispdb_url);
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_no_srv();
    answer_mx({});
    EXPECT_FALSE(report);
    answer_file(ispdb_url, "imap.hoster.net");
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->proven);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_EQ(report->settings.username, "alice@example.com");
    EXPECT_EQ(evidence(SourceKind::ispdb).from, ispdb_url);
}

TEST_F(IspdbSource, OutranksTheMxHostsDomain) {
    answer_file(ispdb_url, "imap.hoster.net");
    ask("alice@example.com");
    answer_mx({{1, "aspmx.l.google.com"}});
    answer_no_autoconfig();
    answer_no_srv();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
}

TEST_F(IspdbSource, IsTheOperatorsWithItsPathAndPort) {
    DiscoveryOptions options;
    options.ispdb_url = "https://ispdb.example.org:8443/files";
    ask("alice@example.com", options);
    const std::string url = "https://ispdb.example.org:8443/files/example.com";
    EXPECT_THAT(https.pages.asked, Contains(url));
    EXPECT_TRUE(https.requests[url].any_port);
    EXPECT_FALSE(https.requests[own_url].any_port);
}

TEST_F(IspdbSource, ThatIsSwitchedOffIsNotAskedAndGivesNoEvidence) {
    DiscoveryOptions options;
    options.ispdb_url.clear();
    ask("alice@example.com", options);
    answer_no_autoconfig();
    answer_no_srv();
    answer_mx({});
    ASSERT_TRUE(report);
    EXPECT_THAT(https.pages.asked, Not(Contains(ispdb_url)));
    EXPECT_THAT(report->evidence,
                Not(Contains(testing::Field(&Evidence::source, SourceKind::ispdb))));
}

class MxSource : public Conversation {
  protected:
    static DiscoveryOptions without_ispdb() {
        DiscoveryOptions options;
        options.ispdb_url.clear();
        return options;
    }

    void ask_with_mx(std::vector<net::MxRecord> records, bool authenticated = false,
                     DiscoveryOptions options = without_ispdb()) {
        ask("alice@example.com", options);
        answer_no_autoconfig();
        answer_no_srv();
        https.pages.asked.clear();
        answer_mx(std::move(records), authenticated);
    }
};

TEST_F(MxSource, HostOfAKnownProviderIsProven) {
    ask_with_mx({{10, "alt1.aspmx.l.google.com"}, {1, "aspmx.l.google.com"}});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->proven);
    EXPECT_EQ(report->settings.host, "imap.gmail.com");
    EXPECT_EQ(report->settings.username, "alice@example.com");
    EXPECT_THAT(evidence(SourceKind::mx).detail, HasSubstr("aspmx.l.google.com"));
    EXPECT_THAT(https.pages.asked, IsEmpty());
}

TEST_F(MxSource, HoldsAsLongAsTheDnsSays) {
    ask("alice@example.com");
    answer_no_autoconfig();
    answer_no_srv();
    answer_mx({{1, "aspmx.l.google.com"}}, false, std::chrono::seconds(120));
    ASSERT_TRUE(report);
    EXPECT_EQ(evidence(SourceKind::mx).ttl, std::chrono::seconds(120));
}

TEST_F(MxSource, BackupsAreNotAsked) {
    ask_with_mx({{20, "aspmx.l.google.com"}, {10, "mx.example.com"}});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
}

TEST_F(MxSource, SecurityGatewaySaysNothingAndIsNamed) {
    ask_with_mx({{1, "mx0a-00000001.pphosted.com"}});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->found);
    EXPECT_THAT(evidence(SourceKind::mx).detail, HasSubstr("Proofpoint"));
    EXPECT_THAT(https.pages.asked, IsEmpty());
}

TEST_F(MxSource, ProviderWithoutImapIsRecognised) {
    ask_with_mx({{10, "mail.protonmail.ch"}});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->no_imap);
    EXPECT_EQ(report->provider.id, "proton.me");
}

TEST_F(MxSource, DomainThatTakesNoMailSaysSo) {
    ask_with_mx({{0, ""}});
    ASSERT_TRUE(report);
    EXPECT_THAT(evidence(SourceKind::mx).detail, HasSubstr("RFC 7505"));
}

std::string own_place(const std::string& domain) {
    return "https://autoconfig." + domain +
           "/mail/config-v1.1.xml?emailaddress=alice%40example.com";
}

std::string well_known_place(const std::string& domain) {
    return "https://" + domain + "/.well-known/autoconfig/mail/config-v1.1.xml";
}

TEST_F(MxSource, UnknownHostsDomainsAreAskedForAutoconfigTheNearestFirst) {
    ask_with_mx({{1, "mx1.eu.hoster.co.uk"}});
    EXPECT_THAT(https.pages.asked,
                ElementsAre(own_place("eu.hoster.co.uk"), well_known_place("eu.hoster.co.uk"),
                            own_place("hoster.co.uk"), well_known_place("hoster.co.uk")));
}

TEST_F(MxSource, PublicSuffixesAndTheDomainItselfAreNeverAsked) {
    ask_with_mx({{1, "hoster.co.uk"}});
    EXPECT_THAT(https.pages.asked,
                ElementsAre(own_place("hoster.co.uk"), well_known_place("hoster.co.uk")));
}

TEST_F(MxSource, HostInTheDomainItselfLeavesNothingToAsk) {
    ask_with_mx({{1, "mx.example.com"}});
    ASSERT_TRUE(report);
    EXPECT_THAT(https.pages.asked, IsEmpty());
    EXPECT_FALSE(report->found);
}

TEST_F(MxSource, DatabaseOfProvidersIsAskedForTheHostsDomainsToo) {
    ask_with_mx({{1, "mx1.eu.hoster.co.uk"}}, false, {});
    const std::string ispdb = "https://autoconfig.thunderbird.net/v1.1/";
    EXPECT_THAT(https.pages.asked,
                ElementsAre(own_place("eu.hoster.co.uk"), well_known_place("eu.hoster.co.uk"),
                            ispdb + "eu.hoster.co.uk", own_place("hoster.co.uk"),
                            well_known_place("hoster.co.uk"), ispdb + "hoster.co.uk"));
}

TEST_F(MxSource, DatabasesFileForTheHostsDomainIsFoundButNotProven) {
    ask_with_mx({{1, "mx.hoster.net"}}, false, {});
    answer_not_found(own_place("hoster.net"));
    answer_not_found(well_known_place("hoster.net"));
    answer_file("https://autoconfig.thunderbird.net/v1.1/hoster.net", "imap.hoster.net");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->settings.host, "imap.hoster.net");
    EXPECT_FALSE(report->proven);
}

TEST_F(MxSource, AutoconfigOfTheHostsDomainIsFoundButNotProven) {
    ask_with_mx({{1, "mx.hoster.net"}});
    answer_file(own_place("hoster.net"), "imap.hoster.net");
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->found);
    EXPECT_FALSE(report->proven);
    EXPECT_EQ(report->settings.username, "alice@example.com");
    EXPECT_THAT(evidence(SourceKind::mx).from, HasSubstr("MX example.com, mx.hoster.net, https"));
}

TEST_F(MxSource, AutoconfigOfTheHostsDomainIsProvenByDnssec) {
    DiscoveryOptions options = without_ispdb();
    options.trust_ad = true;
    ask_with_mx({{1, "mx.hoster.net"}}, true, options);
    answer_file(own_place("hoster.net"), "imap.hoster.net");
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->proven);
}

}  // namespace
}  // namespace gatepost::discovery
