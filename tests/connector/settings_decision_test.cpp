#include "connector/settings_decision.h"

#include <gtest/gtest.h>

namespace gatepost::connector {
namespace {

net::EgressPolicy usual_ports() {
    return *net::EgressPolicy::make({}, {143, 993});
}

discovery::Report proven_report() {
    discovery::Report report;
    report.email = "alice@example.com";
    report.found = true;
    report.proven = true;
    report.provider = {"example.com", "Example Mail"};
    report.settings.host = "imap.example.com";
    report.settings.username = "alice@example.com";
    return report;
}

Outcome<Decision> decide(const discovery::Report& report, bool accept_unproven = false) {
    return decide_by_report(report, accept_unproven, usual_ports());
}

TEST(SettingsFromDiscovery, ProvenOnesAreUsed) {
    const auto decision = decide(proven_report());
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->settings, proven_report().settings);
    EXPECT_EQ(decision->provider, "example.com");
    EXPECT_FALSE(decision->app_password);
}

TEST(SettingsFromDiscovery, NotFoundIsToldWithTheEvidence) {
    discovery::Report report = proven_report();
    report.found = false;
    report.evidence.resize(3);
    const auto decision = decide(report);
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().problem.kind, ProblemKind::settings_not_found);
    ASSERT_TRUE(decision.error().report);
    EXPECT_EQ(decision.error().report->evidence.size(), 3U);
}

TEST(SettingsFromDiscovery, UnprovenOnesNeedTheCallersWord) {
    discovery::Report report = proven_report();
    report.proven = false;
    const auto decision = decide(report);
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().problem.kind, ProblemKind::settings_unproven);
    ASSERT_TRUE(decision.error().report);
    EXPECT_EQ(decision.error().report->settings, report.settings);
    EXPECT_TRUE(decide(report, true));
}

TEST(SettingsFromDiscovery, ProviderWithoutImapIsRefusedWithItsPageWhateverElseWasFound) {
    discovery::Report report = proven_report();
    report.no_imap = true;
    report.documentation = {{"https://example.com/why", "Why", "en"}};
    for (const bool found : {true, false}) {
        report.found = found;
        const auto decision = decide(report, true);
        ASSERT_FALSE(decision);
        EXPECT_EQ(decision.error().problem.kind, ProblemKind::no_imap);
        EXPECT_EQ(decision.error().problem.fact("documentation"), "https://example.com/why");
        EXPECT_TRUE(decision.error().report);
    }
}

TEST(SettingsFromDiscovery, ProviderThatOnlyTakesOAuthIsNotSentAPassword) {
    discovery::Report report = proven_report();
    report.settings.auth = {AuthMethod::xoauth2, AuthMethod::oauthbearer};
    const auto decision = decide(report);
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().problem.kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(decision.error().problem.fact("reason"), "oauth_only");
}

TEST(SettingsFromDiscovery, ServerThatOffersNoKnownWayToSignInIsNotSentAPassword) {
    discovery::Report report = proven_report();
    report.settings.auth = {};
    const auto decision = decide(report);
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().problem.kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(decision.error().problem.fact("reason"), "no_known_method");
}

TEST(SettingsFromDiscovery, PasswordIsTriedWhereItIsOneWayAmongOthers) {
    discovery::Report report = proven_report();
    report.settings.auth = {AuthMethod::xoauth2, AuthMethod::password};
    EXPECT_TRUE(decide(report));
}

TEST(SettingsFromDiscovery, PortThatIsNotForImapIsRefusedThoughItIsProven) {
    discovery::Report report = proven_report();
    report.settings.port = 22;
    const auto decision = decide(report, true);
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().problem.kind, ProblemKind::host_not_allowed);
}

TEST(SettingsFromDiscovery, WithoutUsernameOrProviderTheAddressAndItsDomainAreTaken) {
    discovery::Report report = proven_report();
    report.settings.username.clear();
    report.provider = {};
    const auto decision = decide(report);
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->settings.username, "alice@example.com");
    EXPECT_EQ(decision->provider, "example.com");
}

ImapRequest request(std::string host) {
    ImapRequest request;
    request.host = std::move(host);
    return request;
}

Result<Decision> decide(const ImapRequest& request) {
    return decide_by_request("alice@example.com", request, usual_ports());
}

TEST(SettingsFromTheCaller, PortIsTheUsualOneOfTheSecurity) {
    ImapRequest tls = request("imap.example.com");
    EXPECT_EQ(decide(tls)->settings.port, 993);
    ImapRequest starttls = request("imap.example.com");
    starttls.security = Security::starttls;
    EXPECT_EQ(decide(starttls)->settings.port, 143);
    EXPECT_EQ(decide(starttls)->settings.security, Security::starttls);
    starttls.port = 993;
    EXPECT_EQ(decide(starttls)->settings.port, 993);
}

TEST(SettingsFromTheCaller, UsernameIsTheAddressUnlessOneIsNamed) {
    ImapRequest imap = request("imap.example.com");
    EXPECT_EQ(decide(imap)->settings.username, "alice@example.com");
    imap.username = "alice";
    EXPECT_EQ(decide(imap)->settings.username, "alice");
}

TEST(SettingsFromTheCaller, HostIsLowerCaseAndItsDomainTheProvider) {
    EXPECT_EQ(decide(request("IMAP.Example.COM"))->settings.host, "imap.example.com");
    EXPECT_EQ(decide(request("imap.example.com"))->provider, "example.com");
    EXPECT_EQ(decide(request("example.com"))->provider, "example.com");
}

TEST(SettingsFromTheCaller, AddressesInAnyNotationAreNoHostNames) {
    for (const char* host : {"", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "::1", "[::1]",
                             "localhost", "imap.example.com:993", "imap example.com", "a..b"}) {
        const auto decision = decide(request(host));
        ASSERT_FALSE(decision) << host;
        EXPECT_EQ(decision.error().kind, ProblemKind::bad_request) << host;
        EXPECT_EQ(decision.error().fact("field"), "imap.host");
    }
}

TEST(SettingsFromTheCaller, PortsOutsideThePolicyAreRefused) {
    ImapRequest imap = request("imap.example.com");
    imap.port = 25;
    const auto decision = decide(imap);
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().kind, ProblemKind::host_not_allowed);
}

TEST(SettingsFromTheCaller, UsernameWithControlCharactersOrWithoutEndIsRefused) {
    for (const std::string& name :
         {std::string("a\r\nA1 LOGOUT"), std::string("a\0b", 3), std::string(321, 'a')}) {
        ImapRequest imap = request("imap.example.com");
        imap.username = name;
        const auto decision = decide(imap);
        ASSERT_FALSE(decision);
        EXPECT_EQ(decision.error().fact("field"), "imap.username");
    }
}

vault::AccountRecord stored() {
    vault::AccountRecord record;
    record.email = "alice@example.com";
    record.provider = "example-mail";
    record.settings.host = "imap.example.com";
    record.settings.username = "alice";
    return record;
}

TEST(SettingsOfAnAccount, StayWhereNoneReplaceThem) {
    const auto decision = decide_by_record(stored(), std::nullopt, usual_ports());
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->settings, stored().settings);
    EXPECT_EQ(decision->provider, "example-mail");
}

TEST(SettingsOfAnAccount, KeepTheProviderWhileTheHostStays) {
    ImapRequest imap = request("imap.example.com");
    imap.security = Security::starttls;
    const auto same = decide_by_record(stored(), imap, usual_ports());
    ASSERT_TRUE(same);
    EXPECT_EQ(same->provider, "example-mail");
    EXPECT_EQ(same->settings.port, 143);

    const auto other = decide_by_record(stored(), request("imap.other.org"), usual_ports());
    ASSERT_TRUE(other);
    EXPECT_EQ(other->provider, "other.org");
}

TEST(SettingsOfAnAccount, AreReplacedOnlyByGoodOnes) {
    EXPECT_FALSE(decide_by_record(stored(), request("127.0.0.1"), usual_ports()));
}

Decision app_password_provider() {
    return {proven_report().settings, "example.com", true, "https://example.com/app-passwords"};
}

TEST(SignInProblem, RefusalByAProviderWithAppPasswordsSaysSoWithItsPage) {
    const Problem refused = problem(ProblemKind::sign_in_refused, "No.").with("host", "imap");
    const Problem told = explain_sign_in_problem(refused, app_password_provider());
    EXPECT_EQ(told.kind, ProblemKind::app_password_needed);
    EXPECT_EQ(told.fact("documentation"), "https://example.com/app-passwords");
    EXPECT_EQ(told.fact("host"), "imap");
}

TEST(SignInProblem, WhatTheServerItselfSaysAboutAppPasswordsGetsThePageToo) {
    Decision decision = app_password_provider();
    decision.app_password = false;
    const Problem needed = problem(ProblemKind::app_password_needed, "Application-specific.");
    const Problem told = explain_sign_in_problem(needed, decision);
    EXPECT_EQ(told.detail, "Application-specific.");
    EXPECT_EQ(told.fact("documentation"), "https://example.com/app-passwords");
}

TEST(SignInProblem, OtherProblemsAndOtherProvidersStayAsTheyAre) {
    const Problem unreachable = problem(ProblemKind::cannot_connect, "Nobody there.");
    EXPECT_EQ(explain_sign_in_problem(unreachable, app_password_provider()), unreachable);
    Decision plain = app_password_provider();
    plain.app_password = false;
    const Problem refused = problem(ProblemKind::sign_in_refused, "No.");
    EXPECT_EQ(explain_sign_in_problem(refused, plain), refused);
}

}  // namespace
}  // namespace gatepost::connector
