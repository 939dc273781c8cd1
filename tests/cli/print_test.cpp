#include <gmock/gmock.h>

#include <sstream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/output.h"
#include "cli/print_account.h"
#include "cli/print_discovery.h"

namespace gatepost::cli {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

namespace json = boost::json;

constexpr const char* account = R"({
    "id": "acc_1", "email": "alice@example.com", "state": "retrying", "auth": "password",
    "provider": "example.com",
    "imap": {"host": "imap.example.com", "port": 993, "security": "tls", "username": "alice"},
    "capabilities": ["IMAP4rev1", "IDLE"], "sessions": {"idle": 1, "leased": 0, "connecting": 2},
    "problem": {"title": "The mail server cannot be reached", "detail": "It \u001b[2Jrefused."},
    "retry_at": "2026-01-01T00:00:00Z", "created_at": "2025-01-01T00:00:00Z",
    "state_since": "2025-06-01T00:00:00Z", "labels": {"team": "mail"}})";

constexpr const char* report = R"({
    "email": "alice@example.com", "found": true, "proven": false, "took_ms": 43,
    "provider": {"id": "example.com", "name": "Example Mail"}, "source": "srv", "oauth": null,
    "settings": {"host": "imap.example.com", "port": 993, "security": "tls",
                 "username": "alice@example.com", "auth": ["password", "xoauth2"]},
    "evidence": [
        {"source": "providers", "outcome": "not_found", "from": "compiled in", "proven": false,
         "ms": 0, "settings": {}},
        {"source": "srv", "outcome": "found", "from": "_imaps._tcp.example.com", "proven": false,
         "ms": 41, "settings": {"host": "imap.example.com", "port": 993, "security": "tls"}},
        {"source": "mx", "outcome": "failed", "from": "example.com MX", "detail": "SERVFAIL\u001b",
         "proven": false, "ms": 9, "settings": {}},
        {"source": "guess", "outcome": "found", "from": "mail.example.com", "proven": true, "ms": 30,
         "settings": {"host": "mail.example.com", "port": 143, "security": "starttls"}}],
    "alternatives": [{"host": "mail.example.com", "port": 143, "security": "starttls"}],
    "documentation": [{"url": "https://help.example.com/imap", "title": "Help"}]})";

template <class Print>
std::string printed(Print print, const char* text) {
    std::ostringstream out;
    print(out, json::parse(text).as_object());
    return out.str();
}

std::string list_of(const char* accounts) {
    std::ostringstream out;
    print_accounts(out, json::parse(accounts).as_array());
    return out.str();
}

TEST(Accounts, AreOneALine) {
    const std::string list = list_of(("[" + std::string(account) + "]").c_str());
    EXPECT_THAT(list, ContainsRegex("ID +ADDRESS +STATE"));
    EXPECT_THAT(list, ContainsRegex("acc_1 +alice@example.com +retrying +imap.example.com:993"));
    EXPECT_EQ(std::ranges::count(list, '\n'), 2);
}

TEST(Accounts, NoneAreSaidToBeNone) {
    EXPECT_EQ(list_of("[]"), "No accounts.\n");
}

TEST(Accounts, WhatIsNoAccountIsPassedOver) {
    EXPECT_EQ(std::ranges::count(list_of(R"([1, null, {}])"), '\n'), 2);
}

TEST(Account, IsShownWithItsProblemAndSessions) {
    const std::string shown = printed(print_account, account);
    EXPECT_THAT(shown, AllOf(HasSubstr("retrying, since 2025-06-01T00:00:00Z"),
                             HasSubstr("imap.example.com:993, tls"), HasSubstr("refused."),
                             HasSubstr("1 idle, 2 connecting"), HasSubstr("team=mail"),
                             HasSubstr("IMAP4rev1, IDLE"), Not(HasSubstr("\x1b"))));
}

TEST(Account, StandsOnOneLineAfterACommand) {
    EXPECT_EQ(printed(print_standing, account),
              "alice@example.com (acc_1): retrying, imap.example.com:993: It \uFFFD[2Jrefused.\n");
}

TEST(Discovered, SettingsAreShownWithTheirProofAndOrigin) {
    EXPECT_EQ(printed(print_discovery, report),
              "alice@example.com at Example Mail\n"
              "  server    imap.example.com:993, tls\n"
              "  username  alice@example.com\n"
              "  sign-in   password, xoauth2\n"
              "  proven    no: somebody else may have made this up, so no password goes there "
              "unless you say so\n"
              "  from      srv: _imaps._tcp.example.com\n"
              "  or else   mail.example.com:143, starttls\n"
              "  help      https://help.example.com/imap\n");
}

TEST(Discovered, ServerThatDoesNotAnswerIsSaidNotTo) {
    json::object probed = json::parse(report).as_object();
    probed["probe"] = {{"outcome", "failed"}, {"detail", "It refused the connection."}, {"ms", 3}};
    EXPECT_THAT(printed(print_discovery, json::serialize(probed).c_str()),
                HasSubstr("answers   no: It refused the connection.\n"));
}

TEST(Discovered, AnAppPasswordIsSaidToBeNeeded) {
    EXPECT_THAT(printed(print_discovery, R"({"email": "a@b.example", "app_password": true})"),
                HasSubstr("app password"));
}

TEST(Trace, ShowsEverySourceAndWhyTheWinnerWon) {
    const std::string trace = printed(print_trace, report);
    EXPECT_THAT(trace, ContainsRegex("providers +not_found +0 +compiled in"));
    EXPECT_THAT(trace, ContainsRegex("srv +found +no +41 +_imaps._tcp.example.com"));
    EXPECT_THAT(trace, ContainsRegex("mx +failed +9 +example.com MX\n +→ SERVFAIL"));
    EXPECT_THAT(trace, HasSubstr("srv won"));
    EXPECT_THAT(trace, HasSubstr("before it: providers"));
    EXPECT_THAT(trace, HasSubstr("guess found some too"));
    EXPECT_THAT(trace, HasSubstr("43 ms in all"));
    EXPECT_THAT(trace, Not(HasSubstr("\x1b")));
}

constexpr const char* probed = R"({
    "email": "alice@example.com", "found": true, "took_ms": 9, "source": "srv",
    "settings": {"host": "b.example.com", "port": 993, "security": "tls"},
    "probe": {"outcome": "found", "ms": 12},
    "evidence": [
        {"source": "autoconfig", "outcome": "found", "ms": 2,
         "settings": {"host": "a.example.com", "port": 993, "security": "tls"}},
        {"source": "srv", "outcome": "found", "ms": 3,
         "settings": {"host": "b.example.com", "port": 993, "security": "tls"}}],
    "alternatives": [{"host": "a.example.com", "port": 993, "security": "tls",
                      "probe": {"outcome": "failed", "detail": "It has expired.", "ms": 8}}]})";

TEST(Trace, ShowsProbesAndWhoGaveWayAfterIts) {
    const std::string trace = printed(print_trace, probed);
    EXPECT_THAT(trace, ContainsRegex("probe. +found +12 +b.example.com:993, tls"));
    EXPECT_THAT(trace,
                ContainsRegex("probe. +failed +8 +a.example.com:993, tls\n +→ It has expired."));
    EXPECT_THAT(trace, HasSubstr("srv won with b.example.com:993, tls: a.example.com:993, tls "
                                 "(autoconfig) ranks higher, but did not pass its probe."));
}

TEST(Trace, NamesTheSourceWhoseSecondServerWon) {
    json::object one_source = json::parse(probed).as_object();
    one_source["evidence"].as_array().pop_back();
    one_source["source"] = "autoconfig";
    const std::string text = json::serialize(one_source);
    EXPECT_THAT(printed(print_trace, text.c_str()),
                HasSubstr("autoconfig won with b.example.com:993, tls: a.example.com:993, tls "
                          "(autoconfig) ranks higher, but did not pass its probe."));
    EXPECT_THAT(printed(print_discovery, text.c_str()), HasSubstr("from     autoconfig:"));
}

TEST(Trace, SaysThatTheWinnerDidNotAnswer) {
    json::object silent = json::parse(report).as_object();
    silent["probe"] = {{"outcome", "timed_out"}, {"detail", "No answer."}, {"ms", 2000}};
    const std::string trace = printed(print_trace, json::serialize(silent).c_str());
    EXPECT_THAT(trace, HasSubstr("srv won: "));
    EXPECT_THAT(trace, HasSubstr("Its server did not pass the probe, but no other"));
}

TEST(Trace, SaysWhoKnowsThatThereIsNoImap) {
    EXPECT_THAT(printed(print_trace, R"({"found": false, "no_imap": true, "source": "providers",
                         "evidence": [{"source": "providers", "outcome": "not_found"}]})"),
                HasSubstr("providers knows that there is no IMAP."));
}

TEST(Trace, OfWhatWasRememberedSaysHowOldItIs) {
    json::object remembered = json::parse(report).as_object();
    remembered["age_ms"] = 12'900;
    EXPECT_THAT(printed(print_trace, json::serialize(remembered).c_str()),
                HasSubstr("This was found 12 s ago; --fresh asks anew."));
}

TEST(Trace, OfNothingFoundSaysSo) {
    EXPECT_THAT(printed(print_trace, R"({"found": false, "settings": null, "took_ms": 7,
                                         "evidence": [{"source": "srv", "outcome": "failed"}]})"),
                HasSubstr("No source knows settings."));
}

TEST(Json, IsTheSameButCannotSteerTheTerminal) {
    const json::value value = {{"text", "\x1b[2J \x7F \xC2\x9B ü 邮"}};
    std::ostringstream out;
    print_json({out, true}, value);
    EXPECT_EQ(out.str(), "{\"text\":\"\\u001b[2J \\u007f \\u009b ü 邮\"}\n");
    EXPECT_EQ(json::parse(out.str()), value);
}

}  // namespace
}  // namespace gatepost::cli
