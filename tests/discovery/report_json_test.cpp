#include "discovery/report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

namespace json = boost::json;

Report report() {
    Report report;
    report.email = "alice@example.com";
    report.found = true;
    report.proven = true;
    report.provider = {"example.com", "Example Mail"};
    report.settings = {"imap.example.com",
                       993,
                       Security::tls,
                       "alice@example.com",
                       {AuthMethod::xoauth2, AuthMethod::password}};
    Evidence evidence;
    evidence.source = SourceKind::autoconfig;
    evidence.outcome = Outcome::found;
    evidence.from = "https://autoconfig.example.com/mail/config-v1.1.xml";
    evidence.proven = true;
    evidence.took = std::chrono::milliseconds(41);
    evidence.candidates = {{report.settings, true}};
    Evidence other;
    other.source = SourceKind::srv;
    other.outcome = Outcome::timed_out;
    other.from = "SRV _imaps._tcp.example.com";
    other.detail = "No answer.";
    report.evidence = {evidence, other};
    report.source = SourceKind::autoconfig;
    report.probe = Probe{Outcome::failed, "No greeting.", std::chrono::milliseconds(7), {}};
    report.took = std::chrono::milliseconds(43);
    return report;
}

TEST(DiscoveryResult, HasTheShapeOfTheContract) {
    const json::value expected = json::parse(R"({
        "email": "alice@example.com", "found": true,
        "provider": {"id": "example.com", "name": "Example Mail"},
        "settings": {"host": "imap.example.com", "port": 993, "security": "tls",
                     "username": "alice@example.com", "auth": ["xoauth2", "password"]},
        "source": "autoconfig", "oauth": null, "proven": true,
        "probe": {"outcome": "failed", "detail": "No greeting.", "ms": 7}, "no_imap": false, "app_password": false,
        "evidence": [
          {"source": "autoconfig", "outcome": "found",
           "from": "https://autoconfig.example.com/mail/config-v1.1.xml", "proven": true, "ms": 41,
           "settings": {"host": "imap.example.com", "port": 993, "security": "tls",
                        "username": "alice@example.com", "auth": ["xoauth2", "password"]}},
          {"source": "srv", "outcome": "timed_out", "from": "SRV _imaps._tcp.example.com",
           "detail": "No answer.", "proven": false, "ms": 0, "settings": {}}],
        "alternatives": [], "documentation": [], "took_ms": 43, "age_ms": null})");
    EXPECT_EQ(json::value(to_json(report())), expected) << json::serialize(to_json(report()));
}

TEST(DiscoveryResult, HasNoSettingsWhenNothingIsFound) {
    Report empty;
    empty.email = "alice@example.com";
    const json::object object = to_json(empty);
    EXPECT_TRUE(object.at("settings").is_null());
    EXPECT_TRUE(object.at("source").is_null());
    EXPECT_TRUE(object.at("oauth").is_null());
    EXPECT_TRUE(object.at("probe").is_null());
}

TEST(DiscoveryResult, TellsOAuthDocumentationAndAlternatives) {
    Report full = report();
    full.oauth = OAuthFacts{"google", "https://i.example", "https://a.example", "https://t.example",
                            {"mail"}, "compiled in"};
    full.documentation = {{"https://example.com/help", "Help", "en"}};
    full.alternatives = {{full.settings, false, Probe{Outcome::found, "", {}, {}}}};
    const json::object object = to_json(full);
    EXPECT_EQ(object.at("oauth"), json::parse(R"({"provider": "google", "issuer":
        "https://i.example", "authorization_endpoint": "https://a.example", "token_endpoint":
        "https://t.example", "scopes": ["mail"], "from": "compiled in"})"));
    EXPECT_EQ(object.at("documentation"), json::parse(R"([{"url": "https://example.com/help",
        "title": "Help", "language": "en"}])"));
    EXPECT_EQ(object.at("alternatives").at(0).at("host"), "imap.example.com");
    EXPECT_EQ(object.at("alternatives").at(0).at("proven"), false);
    EXPECT_EQ(object.at("alternatives").at(0).at("probe").at("outcome"), "found");
}

TEST(DiscoveryResult, IsUtf8WhateverServersSay) {
    Report odd = report();
    odd.provider.name = "caf\xE9 \xC3\xA9";
    odd.evidence[1].detail = "\xFF\xFE";
    const std::string text = json::serialize(to_json(odd));
    EXPECT_TRUE(is_utf8(text));
    EXPECT_EQ(json::parse(text).at("provider").at("name"), "caf\xEF\xBF\xBD \xC3\xA9");
}

}  // namespace
}  // namespace gatepost::discovery
