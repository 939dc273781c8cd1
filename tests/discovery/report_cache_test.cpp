#include "discovery/report_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace gatepost::discovery {
namespace {

using namespace std::chrono_literals;

const ReportCache::Time start{1000h};

Address address(const std::string& text) {
    return *parse_address(text);
}

Evidence evidence(SourceKind source, Outcome outcome) {
    Evidence evidence;
    evidence.source = source;
    evidence.outcome = outcome;
    return evidence;
}

Settings settings(const std::string& username, const std::string& host = "imap.example.com") {
    return {host, 993, Security::tls, username, {AuthMethod::password}};
}

/// What autoconfig found for the address.
Report found(const std::string& email, const Settings& where) {
    Evidence autoconfig = evidence(SourceKind::autoconfig, Outcome::found);
    autoconfig.was_told_address = true;
    autoconfig.from = "https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=" +
                      email.substr(0, email.find('@')) + "%40example.com";
    autoconfig.candidates = {{where, true}};
    Report report;
    report.email = email;
    report.found = true;
    report.settings = where;
    report.evidence = {autoconfig};
    return report;
}

Report nothing_found() {
    Report report;
    report.email = "alice@example.com";
    report.evidence = {evidence(SourceKind::autoconfig, Outcome::not_found),
                       evidence(SourceKind::srv, Outcome::not_found)};
    return report;
}

TEST(KeepingTime, IsAnHourForWhatWasFound) {
    EXPECT_EQ(keeping_time(found("alice@example.com", settings("alice"))), 1h);
}

TEST(KeepingTime, IsNoLongerThanTheDnsSays) {
    Report report = found("alice@example.com", settings("alice"));
    report.evidence[0].ttl = 90s;
    EXPECT_EQ(keeping_time(report), 90s);
    report.evidence[0].ttl = 24h;
    EXPECT_EQ(keeping_time(report), 1h);
    report.evidence[0].ttl = 0s;
    EXPECT_EQ(keeping_time(report), 0s);
}

TEST(KeepingTime, IsTheWinnersAndNotThatOfWhoeverElseFoundSomething) {
    Report report = found("alice@example.com", settings("alice"));
    report.evidence.push_back(report.evidence[0]);
    report.evidence[1].ttl = 10s;
    EXPECT_EQ(keeping_time(report), 1h);
}

TEST(KeepingTime, IsFiveMinutesForNothing) {
    EXPECT_EQ(keeping_time(nothing_found()), 5min);
}

TEST(KeepingTime, IsAnHourForAProviderThatOffersNoImap) {
    Report report = nothing_found();
    report.no_imap = true;
    report.evidence[1].no_imap = true;
    EXPECT_EQ(keeping_time(report), 1h);
}

TEST(KeepingTime, IsShortWhereABetterSourceMightHaveAnswered) {
    for (const Outcome outcome : {Outcome::failed, Outcome::timed_out}) {
        Report partial = found("alice@example.com", settings("alice"));
        partial.evidence.insert(partial.evidence.begin(), evidence(SourceKind::pacc, outcome));
        EXPECT_EQ(keeping_time(partial), 30s);
        Report nothing = nothing_found();
        nothing.evidence[1].outcome = outcome;
        EXPECT_EQ(keeping_time(nothing), 30s);
    }
    Report sure = found("alice@example.com", settings("alice"));
    sure.evidence.push_back(evidence(SourceKind::guess, Outcome::failed));
    EXPECT_EQ(keeping_time(sure), 1h) << "what ranks behind the winner could not have won";
}

TEST(KeepingTime, IsShortWhereTheServerItselfDidNotAnswer) {
    Report report = found("alice@example.com", settings("alice"));
    report.probe.emplace();
    report.probe->outcome = Outcome::failed;
    EXPECT_EQ(keeping_time(report), 30s);
    report.probe->outcome = Outcome::found;
    report.probe->auth = {AuthMethod::password};
    EXPECT_EQ(keeping_time(report), 1h);
}

TEST(KeepingTime, IsFiveMinutesForAServerThatTakesNobody) {
    Report report = found("alice@example.com", settings("alice"));
    report.probe.emplace();
    report.probe->outcome = Outcome::found;
    EXPECT_EQ(keeping_time(report), 5min);
}

TEST(Readdressed, HasTheOtherAddressEverywhere) {
    Report report = found("alice@example.com", settings("alice@example.com"));
    report.alternatives = {{settings("alice", "other.example.com"), false}};
    report.documentation = {
        {"https://example.com/help?for=alice%40example.com", "alice@example.com", ""}};
    report.evidence[0].detail = "It knows alice@example.com.";
    report.evidence[0].plain = {{"plain.example.com", "alice", {}, false}};
    const auto other =
        readdressed(report, address("alice@example.com"), address("bob@example.com"));
    ASSERT_TRUE(other);
    EXPECT_EQ(other->email, "bob@example.com");
    EXPECT_EQ(other->settings.username, "bob@example.com");
    EXPECT_EQ(other->alternatives[0].settings.username, "bob");
    EXPECT_EQ(other->evidence[0].candidates[0].settings.username, "bob@example.com");
    EXPECT_EQ(other->evidence[0].plain[0].username, "bob");
    EXPECT_EQ(other->evidence[0].from,
              "https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=bob%40example.com");
    EXPECT_EQ(other->evidence[0].detail, "It knows bob@example.com.");
    EXPECT_EQ(other->documentation[0].url, "https://example.com/help?for=bob%40example.com");
    EXPECT_EQ(other->documentation[0].title, "bob@example.com");
}

TEST(Readdressed, IsNotPossibleForAUserNameOfTheServersOwn) {
    const Report report = found("alice@example.com", settings("u1234"));
    EXPECT_FALSE(readdressed(report, address("alice@example.com"), address("bob@example.com")));
    EXPECT_TRUE(readdressed(report, address("alice@example.com"), address("alice@example.com")));
}

TEST(Readdressed, IsNotPossibleWhereTheProvidersWordsAreAboutTheUser) {
    const auto is_possible = [](const Report& report) {
        return readdressed(report, address("alice@example.com"), address("bob@example.com"))
            .has_value();
    };
    Report report = found("alice@example.com", settings("alice@example.com"));
    EXPECT_TRUE(is_possible(report));
    report.oauth.emplace();
    EXPECT_TRUE(is_possible(report));
    report.oauth->token_endpoint = "https://example.com/token?for=alice%40example.com";
    EXPECT_FALSE(is_possible(report));
    report.oauth.reset();
    report.provider.name = "The mailbox of alice@example.com";
    EXPECT_FALSE(is_possible(report));
}

TEST(Readdressed, IsNotPossibleForAHostThatIsNamedAfterTheUser) {
    const Address alice = address("alice@example.com");
    const Address bob = address("bob@example.com");
    for (const char* host : {"alice.example.com", "imap-alice.example.com", "mail.alice"}) {
        EXPECT_FALSE(readdressed(found(alice.text, settings(alice.text, host)), alice, bob))
            << host;
    }
    for (const char* host : {"alices.example.com", "malice.example.com"}) {
        EXPECT_TRUE(readdressed(found(alice.text, settings(alice.text, host)), alice, bob)) << host;
    }
}

TEST(Readdressed, IsNotPossibleWhereASourceThatWasToldTheAddressKnewNothing) {
    Report report = nothing_found();
    EXPECT_TRUE(readdressed(report, address("alice@example.com"), address("bob@example.com")));
    report.evidence[0].was_told_address = true;
    EXPECT_FALSE(readdressed(report, address("alice@example.com"), address("bob@example.com")));
}

TEST(Readdressed, IsNotPossibleWhereABetterSourceMayKnowTheOtherAddress) {
    const Address alice = address("alice@example.com");
    Report report = found(alice.text, settings("alice"));
    Evidence other = evidence(SourceKind::pacc, Outcome::not_found);
    other.was_told_address = true;
    report.evidence.push_back(other);
    EXPECT_TRUE(readdressed(report, alice, address("bob@example.com"))) << "it ranks behind";
    std::ranges::rotate(report.evidence, report.evidence.begin() + 1);
    EXPECT_FALSE(readdressed(report, alice, address("bob@example.com")));
}

class Kept : public testing::Test {
  protected:
    std::string username_for(const std::string& text, ReportCache::Time now) {
        const auto report = cache.find(address(text), now);
        return report ? report->settings.username : "(none)";
    }

    ReportCache cache{3};
};

TEST_F(Kept, IsGivenToEveryAddressOfTheDomainWithItsAge) {
    cache.put(address("alice@example.com"), found("alice@example.com", settings("alice")), start);
    EXPECT_EQ(username_for("bob@example.com", start + 59min), "bob");
    EXPECT_EQ(username_for("bob@mail.example.com", start), "(none)");
    EXPECT_EQ(cache.find(address("bob@example.com"), start + 1500ms)->age, 1500ms);
}

TEST_F(Kept, IsForgottenWhenItsTimeIsOver) {
    cache.put(address("alice@example.com"), found("alice@example.com", settings("alice")), start);
    EXPECT_EQ(username_for("alice@example.com", start + 1h), "(none)");
    EXPECT_EQ(cache.size(), 0U);
}

TEST_F(Kept, IsReplacedByWhatIsNewer) {
    cache.put(address("alice@example.com"), found("alice@example.com", settings("alice")), start);
    cache.put(address("bob@example.com"), found("bob@example.com", settings("bob@example.com")),
              start + 1min);
    EXPECT_EQ(username_for("alice@example.com", start + 1min), "alice@example.com");
    EXPECT_EQ(cache.size(), 1U);
}

TEST_F(Kept, IsForOneAddressOnlyWhereItDependsOnTheLocalPart) {
    cache.put(address("alice@example.com"), found("alice@example.com", settings("u1")), start);
    cache.put(address("bob@example.com"), found("bob@example.com", settings("u2")), start);
    EXPECT_EQ(username_for("alice@example.com", start), "u1");
    EXPECT_EQ(username_for("bob@example.com", start), "u2");
    EXPECT_EQ(username_for("carol@example.com", start), "(none)");
}

TEST_F(Kept, IsNotWhatTheDnsForbidsToKeep) {
    Report report = found("alice@example.com", settings("alice"));
    report.evidence[0].ttl = 0s;
    cache.put(address("alice@example.com"), report, start);
    EXPECT_EQ(cache.size(), 0U);
}

TEST_F(Kept, GivesWayBeyondTheCapacityByWhenItWasAskedForLast) {
    for (const char* domain : {"a.example", "b.example", "c.example"}) {
        const std::string email = std::string("alice@") + domain;
        cache.put(address(email), found(email, settings("alice")), start);
    }
    EXPECT_EQ(username_for("x@a.example", start), "x");
    cache.put(address("alice@d.example"), found("alice@d.example", settings("alice")), start);
    EXPECT_EQ(cache.size(), 3U);
    EXPECT_EQ(username_for("x@a.example", start), "x");
    EXPECT_EQ(username_for("x@b.example", start), "(none)");
    EXPECT_EQ(username_for("x@c.example", start), "x");
}

TEST_F(Kept, IsNothingOnceCleared) {
    cache.put(address("alice@example.com"), found("alice@example.com", settings("alice")), start);
    cache.clear();
    EXPECT_EQ(username_for("alice@example.com", start), "(none)");
}

}  // namespace
}  // namespace gatepost::discovery
