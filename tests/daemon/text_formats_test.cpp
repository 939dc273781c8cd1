// The formats that others read: times, durations, log lines, Prometheus' text, JSON of accounts.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/account_json.h"
#include "daemon/duration.h"
#include "daemon/exposition.h"
#include "daemon/health_json.h"
#include "daemon/log_line.h"
#include "daemon/metrics.h"
#include "daemon/rfc3339.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using std::chrono::system_clock;

TEST(Rfc3339, IsInUtcWithMilliseconds) {
    EXPECT_EQ(rfc3339(system_clock::time_point(1'767'225'599'987ms)), "2025-12-31T23:59:59.987Z");
    EXPECT_EQ(rfc3339(system_clock::time_point()), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(rfc3339(system_clock::time_point(-1ms)), "1969-12-31T23:59:59.999Z");
}

TEST(Duration, IsANumberAndAUnit) {
    EXPECT_EQ(duration_of("500ms"), 500ms);
    EXPECT_EQ(duration_of("5s"), 5s);
    EXPECT_EQ(duration_of("9m"), 9min);
    EXPECT_EQ(duration_of("1h"), 1h);
    EXPECT_EQ(duration_of("0s"), 0s);
    for (const char* text : {"", "5", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "1.5s", "5d", "5S",
                             "5mss", "99999999999999999999s", "9999999999h"}) {
        EXPECT_EQ(duration_of(text), std::nullopt) << text;
    }
}

std::string line(LogFormat format, const std::string& value) {
    const std::array fields{LogField{"key", value}};
    return log_line(format, LogLevel::warning, system_clock::time_point(), "It happened.", fields);
}

TEST(LogLine, HasThePriorityWhereTheJournalReadsIt) {
    EXPECT_EQ(line(LogFormat::journald, "value"), "<4>It happened. key=value\n");
}

TEST(LogLine, HasATimeForPeople) {
    EXPECT_EQ(line(LogFormat::text, "value"),
              "1970-01-01T00:00:00.000Z warning It happened. key=value\n");
}

TEST(LogLine, IsOneObjectInJson) {
    const json::value object = json::parse(line(LogFormat::json, "a \"b\"\n\xff"));
    EXPECT_EQ(object.at("level"), "warning");
    EXPECT_EQ(object.at("message"), "It happened.");
    EXPECT_EQ(object.at("key"), "a \"b\"\n\xef\xbf\xbd");
}

TEST(LogLine, CannotBeForgedByAValue) {
    for (const LogFormat format : {LogFormat::journald, LogFormat::json, LogFormat::text}) {
        const std::string forged = line(format, "x\n<3>forged key=value\r\x1b[2J");
        EXPECT_EQ(forged.find('\n'), forged.size() - 1);
        EXPECT_EQ(forged.find('\x1b'), std::string::npos);
    }
    EXPECT_EQ(line(LogFormat::journald, "a b=c"), "<4>It happened. key=\"a b=c\"\n");
    EXPECT_EQ(line(LogFormat::journald, ""), "<4>It happened. key=\"\"\n");
}

TEST(Exposition, IsPrometheusText) {
    Exposition text;
    text.counter("a_total", "All.");
    text.sample(3);
    text.gauge("b", "Some.");
    text.sample(0.5, {{"x", "a\"\\\nb"}, {"y", ""}});
    text.sample(123456789012, {{"x", "c"}});
    EXPECT_EQ(std::move(text).text(),
              "# HELP a_total All.\n# TYPE a_total counter\na_total 3\n"
              "# HELP b Some.\n# TYPE b gauge\nb{x=\"a\\\"\\\\\\nb\",y=\"\"} 0.5\n"
              "b{x=\"c\"} 123456789012\n");
}

TEST(Exposition, HasHistograms) {
    Exposition text;
    text.histogram("h_seconds", "Times.");
    text.samples({{0.5, 2}, {1, 3}}, 4, 2.75, {"x", "a"});
    EXPECT_EQ(std::move(text).text(),
              "# HELP h_seconds Times.\n# TYPE h_seconds histogram\n"
              "h_seconds_bucket{x=\"a\",le=\"0.5\"} 2\nh_seconds_bucket{x=\"a\",le=\"1\"} 3\n"
              "h_seconds_bucket{x=\"a\",le=\"+Inf\"} 4\n"
              "h_seconds_sum{x=\"a\"} 2.75\nh_seconds_count{x=\"a\"} 4\n");
}

connector::Connector::Health health() {
    connector::Connector::Health health;
    health.accounts[connector::AccountState::live] = 2;
    health.reactors.resize(2);
    health.reactors[0].leases = 3;
    health.reactors[1].leases = 4;
    health.reactors[1].longest_stall = 1500us;
    return health;
}

TEST(Metrics, SumUpTheReactorsAndKnowEveryState) {
    const discovery::KnownProviders providers;
    const discovery::CachedDiscovery discovery({}, providers);
    const std::string text =
        metrics_text(health(), nullptr, {{{"GET", 200}, 5}}, {{"proven", 6}}, discovery);
    for (const char* sample :
         {"\ngatepost_accounts{state=\"live\"} 2\n", "\ngatepost_accounts{state=\"refused\"} 0\n",
          "\ngatepost_leases_total 7\n", "\ngatepost_reactor_stall_seconds{reactor=\"1\"} 0.0015\n",
          "\ngatepost_http_requests_total{method=\"GET\",status=\"200\"} 5\n",
          "\ngatepost_discoveries_total{outcome=\"proven\"} 6\n",
          "\ngatepost_discovery_answers_total{source=\"guess\",outcome=\"timed_out\"} 0\n",
          "\ngatepost_discovery_answer_seconds_bucket{source=\"pacc\",le=\"0.005\"} 0\n",
          "\ngatepost_discovery_lookups_total{by=\"memory\"} 0\n", "\ngatepost_vault_writable 1\n",
          "\nprocess_open_fds ", "\nprocess_resident_memory_bytes "}) {
        EXPECT_NE(text.find(sample), std::string::npos) << sample << " in\n" << text;
    }
}

TEST(Metrics, TellWhatTheLastCheckHasFound) {
    const discovery::KnownProviders providers;
    const discovery::CachedDiscovery discovery({}, providers);
    VaultJobs::Check check{system_clock::time_point(5s), {}};
    check.report.file = {"It is torn."};
    EXPECT_NE(metrics_text(health(), &check, {}, {}, discovery)
                  .find("\ngatepost_vault_last_check_whole 0\n"),
              std::string::npos);
    EXPECT_EQ(metrics_text(health(), nullptr, {}, {}, discovery).find("last_check"),
              std::string::npos);
}

TEST(HealthJson, IsDegradedByTheVaultAlone) {
    const json::object well = to_json(health(), nullptr);
    EXPECT_EQ(well.at("status"), "ok");
    EXPECT_EQ(well.at("accounts").at("live"), 2);
    EXPECT_EQ(well.at("accounts").at("paused"), 0);
    EXPECT_EQ(well.at("reactors").as_array().size(), 2U);
    auto full = health();
    full.vault_writable = false;
    EXPECT_EQ(to_json(full, nullptr).at("status"), "degraded");
    auto damaged = health();
    damaged.damaged = {"a"};
    EXPECT_EQ(to_json(damaged, nullptr).at("status"), "degraded");
}

TEST(HealthJson, IsDegradedByWhatACheckHasFound) {
    VaultJobs::Check check{system_clock::time_point(1s), {}};
    const json::object whole = to_json(health(), &check);
    EXPECT_EQ(whole.at("status"), "ok");
    EXPECT_EQ(json::serialize(whole.at("vault").at("check")),
              R"({"at":"1970-01-01T00:00:01.000Z","whole":true})");
    check.report.damaged_accounts.push_back({"a", vault::Damage::key});
    const json::object found = to_json(health(), &check);
    EXPECT_EQ(found.at("status"), "degraded");
    EXPECT_EQ(found.at("vault").at("check").at("whole"), false);
}

connector::Account account() {
    connector::Account account;
    account.record.id = "acc_1";
    account.record.email = "a@b.example";
    account.record.provider = "b.example";
    account.record.settings = {"imap.b.example", 993, Security::tls, "a@b.example", {}};
    account.record.created_at_ms = 1'767'225'599'987;
    account.record.labels = {{"k", "v"}};
    account.state = connector::AccountState::live;
    account.capabilities = {"IMAP4REV1", "IDLE"};
    account.sessions = {1, 2, 3};
    return account;
}

TEST(AccountJson, IsTheContracts) {
    EXPECT_EQ(
        json::serialize(to_json(account())),
        R"({"id":"acc_1","application":"default","email":"a@b.example","state":"live","auth":"password",)"
        R"("provider":"b.example","imap":{"host":"imap.b.example","port":993,)"
        R"("security":"tls","username":"a@b.example"},)"
        R"("capabilities":["IMAP4rev1","IDLE"],)"
        R"("sessions":{"idle":1,"leased":2,"connecting":3},"problem":null,"retry_at":null,)"
        R"("created_at":"2025-12-31T23:59:59.987Z",)"
        R"("state_since":"1970-01-01T00:00:00.000Z","status_callback_url":null,)"
        R"("labels":{"k":"v"}})");
}

TEST(AccountJson, TellsWhyAndWhenItIsTriedAgain) {
    connector::Account retrying = account();
    retrying.state = connector::AccountState::retrying;
    retrying.problem = problem(ProblemKind::cannot_connect, "Away.").with("reason", "refused");
    retrying.retry_at = system_clock::time_point(1s);
    const json::object object = to_json(retrying);
    EXPECT_EQ(object.at("problem").at("type"), "urn:gatepost:problem:cannot-connect");
    EXPECT_EQ(object.at("problem").at("reason"), "refused");
    EXPECT_EQ(object.at("retry_at"), "1970-01-01T00:00:01.000Z");
}

TEST(AccountListJson, NamesTheNextPageOnlyWhereThereIsOne) {
    connector::AccountList list;
    list.accounts.push_back(account());
    EXPECT_EQ(to_json(list).at("more"), false);
    EXPECT_FALSE(to_json(list).contains("next"));
    list.more = true;
    EXPECT_EQ(to_json(list).at("next"), "acc_1");
}

TEST(MailboxJson, HasDelimiterFlagsAndSpecialUse) {
    const std::vector<imap::Mailbox> mailboxes{{"Sent", '.', {"\\HasNoChildren", "\\SENT"}},
                                               {"flat", 0, {}}};
    EXPECT_EQ(json::serialize(to_json(mailboxes)),
              R"({"mailboxes":[{"name":"Sent","delimiter":".",)"
              R"("flags":["\\HasNoChildren","\\SENT"],"special_use":"\\Sent"},)"
              R"({"name":"flat","delimiter":null,"flags":[],"special_use":null}]})");
}

}  // namespace
}  // namespace gatepost::daemon
