// The API's handlers on a real connector, whose reactors and vault are played.
#include "daemon/api.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "connector/connector_conversation.h"
#include "daemon/daily_check.h"
#include "daemon/system_names.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr const char* alice =
    R"({"id": "alice", "email": "alice@example.com", "password": "right", )"
    R"("imap": {"host": "imap.example.com"}})";

class ApiTest : public connector::ConnectorTest {
  protected:
    Answer ask(const std::string& method, const std::string& target, std::string_view body = "",
               Peer peer = {}) {
        return run(api.answer({method, *parse_target(target), WipedBytes(body.begin(), body.end()),
                               std::move(peer)}));
    }

    static std::string problem_of(const Answer& answer) { return std::string(answer.problem); }
    static std::string header(const Answer& answer, std::string_view name) {
        for (const auto& [candidate, value] : answer.headers) {
            if (candidate == name) return value;
        }
        return "";
    }

    Log log{LogLevel::error, LogFormat::json, -1};
    Access access = *Access::make({{"crm", {"@daemon"}}}, {"www-data"});
    AccessLog access_log{log};
    connector::ProviderImports imports{context.get_executor(), *vault, searching.providers()};
    connector::VaultLink vault_link{context.get_executor(), *vault};
    VaultJobs vault_jobs{context.get_executor(), *vault, log};
    Api api{{*connector, imports, vault_link, vault_jobs, discovery, access, access_log}};
};

TEST_F(ApiTest, PostConnectsAndSaysWhereTheAccountIs) {
    const Answer answer = ask("POST", "/v1/accounts", alice);
    EXPECT_EQ(answer.status, 201U) << answer.body;
    EXPECT_EQ(header(answer, "Location"), "/v1/accounts/alice");
    EXPECT_EQ(json::parse(answer.body).at("state"), "live");
    EXPECT_EQ(ask("POST", "/v1/accounts", alice).status, 409U);
}

TEST_F(ApiTest, EventsAreAStreamFromWhereTheClientStopped) {
    Request request{"GET", *parse_target("/v1/events"), {}, {}, "other-run-1"};
    const Answer answer = run(api.answer(std::move(request)));
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.content_type, "text/event-stream");
    ASSERT_NE(answer.stream, nullptr);
    EXPECT_NE(run(answer.stream->next()).find("event: reset"), std::string::npos);
}

TEST_F(ApiTest, EventsOfWhatIsNotThereAreRefused) {
    EXPECT_EQ(problem_of(ask("GET", "/v1/events?account=alice")), "unknown-account");
    EXPECT_EQ(problem_of(ask("GET", "/v1/events?application=other")), "not-found");
    EXPECT_EQ(problem_of(ask("GET", "/v1/events?type=weather")), "bad-request");
    EXPECT_EQ(problem_of(ask("GET", "/v1/events?type=account.state&type=account.state")),
              "bad-request");
    EXPECT_EQ(problem_of(ask("GET", "/v1/events?since=1")), "bad-request");
    ask("POST", "/v1/accounts", alice);
    EXPECT_EQ(ask("GET", "/v1/events?account=alice@example.com&type=mailbox.changed").status, 200U);
}

TEST_F(ApiTest, StatusShowsTheAccountsAtAGlance) {
    ask("POST", "/v1/accounts", alice);
    json::value status = json::parse(ask("GET", "/v1/status").body);
    EXPECT_EQ(status.at("accounts").at("live"), 1);
    EXPECT_EQ(status.at("accounts").at("refused"), 0);
    EXPECT_EQ(status.at("sessions").at("idle"), 1);
    EXPECT_TRUE(status.at("oldest_problem").is_null());
    EXPECT_TRUE(status.at("other_providers").is_null());
    EXPECT_EQ(status.at("providers").at(0).at("provider"), "example.com");
    EXPECT_EQ(status.at("providers").at(0).at("accounts").at("live"), 1);
    EXPECT_TRUE(status.at("sign_ins").is_object());
    tell_refused("alice", 1);
    status = json::parse(ask("GET", "/v1/status").body);
    EXPECT_EQ(status.at("oldest_problem").at("account"), "alice");
    EXPECT_EQ(status.at("oldest_problem").at("problem").at("detail"), "The password was changed.");
}

TEST_F(ApiTest, StatusKnowsOnlyWhatTheCallerMayUse) {
    ask("POST", "/v1/accounts?application=crm", alice);
    const Peer stranger{12345, {}};
    const auto live = [&](const std::string& target, const Peer& peer) {
        return json::parse(ask("GET", target, "", peer).body).at("accounts").at("live").as_int64();
    };
    EXPECT_EQ(live("/v1/status", {}), 1);
    EXPECT_EQ(live("/v1/status?application=default", {}), 0);
    EXPECT_EQ(live("/v1/status", stranger), 0);
    EXPECT_EQ(problem_of(ask("GET", "/v1/status?application=crm", "", stranger)), "not-found");
}

TEST_F(ApiTest, PutCreatesAndThenReplaces) {
    EXPECT_EQ(ask("PUT", "/v1/accounts/alice", alice).status, 201U);
    const Answer again = ask("PUT", "/v1/accounts/alice", alice);
    EXPECT_EQ(again.status, 200U) << again.body;
    EXPECT_EQ(header(again, "Location"), "");
    EXPECT_EQ(problem_of(ask("PUT", "/v1/accounts/bob", alice)), "bad-request");
}

TEST_F(ApiTest, FindsAnAccountByIdAndByAddress) {
    ask("POST", "/v1/accounts", alice);
    for (const char* target : {"/v1/accounts/alice", "/v1/accounts/alice%40example.com"}) {
        const Answer answer = ask("GET", target);
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(json::parse(answer.body).at("id"), "alice");
    }
}

TEST_F(ApiTest, KnowsNoOtherAccounts) {
    for (const char* method : {"GET", "DELETE"})
        EXPECT_EQ(problem_of(ask(method, "/v1/accounts/nobody")), "unknown-account");
    EXPECT_EQ(problem_of(ask("PATCH", "/v1/accounts/nobody", "{}")), "unknown-account");
    for (const char* action : {"verify", "pause", "resume"}) {
        EXPECT_EQ(problem_of(ask("POST", std::string("/v1/accounts/nobody/") + action)),
                  "unknown-account");
    }
    EXPECT_EQ(problem_of(ask("GET", "/v1/accounts/nobody/mailboxes")), "unknown-account");
}

TEST_F(ApiTest, ListsWhatPassesTheFilter) {
    ask("POST", "/v1/accounts", alice);
    const auto count = [&](const char* target) {
        return json::parse(ask("GET", target).body).at("accounts").as_array().size();
    };
    EXPECT_EQ(count("/v1/accounts"), 1U);
    EXPECT_EQ(count("/v1/accounts?state=live"), 1U);
    EXPECT_EQ(count("/v1/accounts?state=paused"), 0U);
    EXPECT_EQ(count("/v1/accounts?label.a=b"), 0U);
    EXPECT_EQ(problem_of(ask("GET", "/v1/accounts?x=1")), "bad-request");
}

TEST_F(ApiTest, PatchChangesLabels) {
    ask("POST", "/v1/accounts", alice);
    const Answer answer = ask("PATCH", "/v1/accounts/alice", R"({"labels": {"a": "b"}})");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(json::parse(answer.body).at("labels").at("a"), "b");
}

// Debian's group 1; the peer's user is nobody.
Peer crm() {
    return {65534, {1}};
}
Peer stranger() {
    return {65534, {65534}};
}

constexpr const char* bob =
    R"({"application": "crm", "id": "bob", "email": "alice@example.com", "password": "right", )"
    R"("imap": {"host": "imap.example.com"}})";

TEST_F(ApiTest, AccountIsOfTheApplicationThatItWasConnectedFor) {
    const Answer created = ask("POST", "/v1/accounts", bob, crm());
    EXPECT_EQ(created.status, 201U) << created.body;
    EXPECT_EQ(json::parse(created.body).at("application"), "crm");
    // The same address is another account for another application.
    EXPECT_EQ(ask("POST", "/v1/accounts", alice, crm()).status, 201U);
    const auto ids = [&](const std::string& query) {
        return json::parse(ask("GET", "/v1/accounts" + query, "", crm()).body).at("accounts");
    };
    EXPECT_EQ(ids("").as_array().size(), 1U);
    EXPECT_EQ(ids("").at(0).at("id"), "alice");
    EXPECT_EQ(ids("?application=crm").at(0).at("id"), "bob");
    const auto id_of = [&](const std::string& target) {
        return json::parse(ask("GET", "/v1/accounts/" + target, "", crm()).body).at("id");
    };
    EXPECT_EQ(id_of("alice%40example.com"), "alice");
    EXPECT_EQ(id_of("alice%40example.com?application=crm"), "bob");
    EXPECT_EQ(id_of("bob"), "bob");
    EXPECT_EQ(problem_of(ask("GET", "/v1/accounts/bob?application=default", "", crm())),
              "unknown-account");
}

TEST_F(ApiTest, AccountOfAnotherDoesNotExist) {
    ASSERT_EQ(ask("POST", "/v1/accounts", bob, crm()).status, 201U);
    const std::string target = "/v1/accounts/bob";
    const std::string by_address = "/v1/accounts/alice%40example.com?application=crm";
    for (const char* method : {"GET", "DELETE"}) {
        EXPECT_EQ(problem_of(ask(method, target, "", stranger())), "unknown-account");
        EXPECT_EQ(problem_of(ask(method, by_address, "", stranger())), "unknown-account");
    }
    EXPECT_EQ(problem_of(ask("PATCH", target, "{}", stranger())), "unknown-account");
    for (const char* action : {"/verify", "/pause", "/resume"}) {
        EXPECT_EQ(problem_of(ask("POST", target + action, "", stranger())), "unknown-account");
    }
    EXPECT_EQ(problem_of(ask("GET", target + "/mailboxes", "", stranger())), "unknown-account");
    EXPECT_EQ(problem_of(ask("GET", "/v1/accounts?application=crm", "", stranger())), "not-found");
    EXPECT_EQ(problem_of(ask("PUT", target, bob, stranger())), "not-found");
    // An id is one account's, whatever its application.
    const std::string mine = R"({"email": "alice@example.com", "password": "right", )"
                             R"("imap": {"host": "imap.example.com"}})";
    EXPECT_EQ(problem_of(ask("PUT", target, mine, stranger())), "already-exists");
    EXPECT_EQ(json::parse(ask("GET", target, "", crm()).body).at("state"), "live");
}

TEST_F(ApiTest, ApplicationMustBeKnownToRootToo) {
    const Answer answer = ask("POST", "/v1/accounts?application=shop", alice);
    EXPECT_EQ(answer.status, 404U);
    EXPECT_EQ(problem_of(answer), "not-found");
    EXPECT_EQ(problem_of(ask("POST", "/v1/accounts?application=default", bob)), "bad-request");
    EXPECT_EQ(problem_of(ask("GET", "/v1/accounts/bob?x=1")), "bad-request");
}

TEST_F(ApiTest, PauseAndResumeAnswerWithTheAccount) {
    ask("POST", "/v1/accounts", alice);
    EXPECT_EQ(json::parse(ask("POST", "/v1/accounts/alice/pause").body).at("state"), "paused");
    EXPECT_EQ(problem_of(ask("POST", "/v1/accounts/alice/verify")), "account-paused");
    EXPECT_EQ(ask("POST", "/v1/accounts/alice/resume").status, 200U);
}

TEST_F(ApiTest, DeleteAnswersWithoutABody) {
    ask("POST", "/v1/accounts", alice);
    const Answer answer = ask("DELETE", "/v1/accounts/alice");
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.body + answer.content_type, "");
}

TEST_F(ApiTest, ListsMailboxes) {
    ask("POST", "/v1/accounts", alice);
    reactors.mailboxes = {{"INBOX", '/', {}}};
    const Answer answer = ask("GET", "/v1/accounts/alice/mailboxes");
    EXPECT_EQ(json::parse(answer.body).at("mailboxes").at(0).at("name"), "INBOX");
}

TEST_F(ApiTest, TellsThatTheDiskIsFull) {
    file.write_problem = problem(ProblemKind::vault_full, "The disk is full.");
    const Answer answer = ask("POST", "/v1/accounts", alice);
    EXPECT_EQ(answer.status, 507U);
    EXPECT_EQ(problem_of(answer), "vault-full");
}

TEST_F(ApiTest, RefusesWhatIsNoAddress) {
    EXPECT_EQ(problem_of(ask("GET", "/v1/discovery?email=alice")), "invalid-address");
    EXPECT_EQ(problem_of(ask("GET", "/v1/discovery")), "bad-request");
}

TEST_F(ApiTest, CountsDiscoveriesByTheirOutcome) {
    ask("GET", "/v1/discovery?email=alice@gmail.com");
    ask("GET", "/v1/discovery?email=alice@unknown.example");
    const std::string metrics = ask("GET", "/metrics").body;
    EXPECT_NE(metrics.find("gatepost_discoveries_total{outcome=\"proven\"} 1\n"),
              std::string::npos);
    EXPECT_NE(metrics.find("gatepost_discoveries_total{outcome=\"not_found\"} 1\n"),
              std::string::npos);
}

TEST_F(ApiTest, VaultShowsWhatItHolds) {
    ask("POST", "/v1/accounts", alice);
    const json::value shown = json::parse(ask("GET", "/v1/vault").body);
    EXPECT_EQ(shown.at("accounts"), 1);
    EXPECT_EQ(shown.at("schema"), 1);
    EXPECT_EQ(shown.at("writable"), true);
    EXPECT_EQ(shown.at("wrapping_key"), 1);
    EXPECT_EQ(shown.at("keys_under_older"), 0);
    EXPECT_TRUE(shown.at("job").is_null());
    file.write_problem = problem(ProblemKind::vault_full, "The disk is full.");
    EXPECT_EQ(json::parse(ask("GET", "/v1/vault").body).at("writable"), false);
}

TEST_F(ApiTest, RotationIsBegunAndFollowedToItsEnd) {
    const auto job = [this] { return json::parse(ask("GET", "/v1/vault").body).at("job"); };
    const Answer begun = ask("POST", "/v1/vault/rotate");
    EXPECT_EQ(begun.status, 202U);
    EXPECT_EQ(json::parse(begun.body).at("job").at("state"), "running");
    ASSERT_TRUE(file.rotation);
    EXPECT_TRUE(file.rotation->with_new_key);
    file.rotation->report({500, 1200});
    EXPECT_EQ(job().at("what"), "rotate");
    EXPECT_EQ(job().at("done"), 500);
    EXPECT_EQ(job().at("total"), 1200);
    EXPECT_TRUE(job().at("ended_at").is_null());
    file.rotation->answer(Result<void>());
    EXPECT_EQ(job().at("state"), "done");
    EXPECT_TRUE(job().at("ended_at").is_string());
    EXPECT_TRUE(job().at("problem").is_null());
}

TEST_F(ApiTest, RotationThatFailsTellsWhyAndMayBeAskedForAgain) {
    ask("POST", "/v1/vault/rotate", "{}");
    file.rotation->answer(problem(ProblemKind::vault_full, "The disk is full."));
    const json::value job = json::parse(ask("GET", "/v1/vault").body).at("job");
    EXPECT_EQ(job.at("state"), "failed");
    EXPECT_EQ(job.at("problem").at("type"), "urn:gatepost:problem:vault-full");
    EXPECT_EQ(ask("POST", "/v1/vault/rotate").status, 202U);
}

TEST_F(ApiTest, OneJobRunsOnTheVaultAtATime) {
    ask("POST", "/v1/vault/rotate");
    const Answer second = ask("POST", "/v1/vault/rotate");
    EXPECT_EQ(problem_of(second), "conflict");
    EXPECT_EQ(second.status, 409U);
    EXPECT_EQ(json::parse(second.body).at("job"), "rotate");
}

TEST_F(ApiTest, RotationTakesNothingFromItsCaller) {
    EXPECT_EQ(problem_of(ask("POST", "/v1/vault/rotate", R"({"key": "x"})")), "bad-request");
    EXPECT_FALSE(file.rotation);
}

TEST_F(ApiTest, BackupIsBegunAndTellsWhatItHasMade) {
    const Answer begun = ask("POST", "/v1/vault/backup", R"({"path": "/backups/1.db"})");
    EXPECT_EQ(begun.status, 202U) << begun.body;
    EXPECT_EQ(json::parse(begun.body).at("job").at("what"), "backup");
    ASSERT_TRUE(file.backup);
    EXPECT_EQ(file.backup->file, "/backups/1.db");
    file.backup->answer(4096U);
    const json::value job = json::parse(ask("GET", "/v1/vault").body).at("job");
    EXPECT_EQ(job.at("state"), "done");
    EXPECT_EQ(json::serialize(job.at("result")), R"({"path":"/backups/1.db","bytes":4096})");
}

TEST_F(ApiTest, BackupNeedsAnAbsolutePath) {
    for (const char* body : {"", "{}", R"({"path": 7})", R"({"path": ""})", R"({"path": "a.db"})",
                             R"({"path": "/a.db", "overwrite": true})"}) {
        EXPECT_EQ(problem_of(ask("POST", "/v1/vault/backup", body)), "bad-request") << body;
    }
    EXPECT_FALSE(file.backup);
}

TEST_F(ApiTest, BackupThatFailsTellsWhy) {
    ask("POST", "/v1/vault/backup", R"({"path": "/backups/1.db"})");
    file.backup->answer(problem(ProblemKind::already_exists, "It is there."));
    const json::value job = json::parse(ask("GET", "/v1/vault").body).at("job");
    EXPECT_EQ(job.at("state"), "failed");
    EXPECT_EQ(job.at("problem").at("detail"), "It is there.");
}

TEST_F(ApiTest, CheckIsBegunAndItsFindingsAreInTheResultAndInHealth) {
    EXPECT_TRUE(json::parse(ask("GET", "/health").body).at("vault").at("check").is_null());
    EXPECT_EQ(ask("GET", "/v1/vault/check").status, 202U);
    ASSERT_TRUE(file.check);
    vault::CheckReport found;
    found.accounts = 3;
    found.damaged_accounts = {{"alice", vault::Damage::key}};
    file.check->answer(std::move(found));
    const json::value job = json::parse(ask("GET", "/v1/vault").body).at("job");
    EXPECT_EQ(job.at("state"), "done");
    EXPECT_EQ(json::serialize(job.at("result")),
              R"({"whole":false,"accounts":3,"documents":0,"file":[],"keys":null,)"
              R"("damaged_accounts":[{"account":"alice","damage":"key"}],"damaged_documents":[]})");
    const Answer health = ask("GET", "/health");
    EXPECT_EQ(health.status, 200U) << "the others are served";
    EXPECT_EQ(json::parse(health.body).at("status"), "degraded");
    EXPECT_EQ(json::parse(health.body).at("vault").at("check").at("whole"), false);
}

TEST_F(ApiTest, VaultIsCheckedByItselfAsSoonAsNoOtherJobRuns) {
    ask("POST", "/v1/vault/rotate");
    DailyCheck daily(context.get_executor(), vault_jobs, {1ms, 1ms, 1ms});
    daily.start();
    context.restart();
    const auto checks_asked_for = [this] { return file.check ? 1 : 0; };
    for (int turn = 0; turn < 5; ++turn)
        context.run_one();
    EXPECT_EQ(checks_asked_for(), 0) << "a rotation runs";
    file.rotation->answer(Result<void>());
    while (checks_asked_for() == 0)
        context.run_one();
    file.check->answer(vault::CheckReport());
    file.check.reset();
    while (checks_asked_for() == 0)
        context.run_one();
}

TEST_F(ApiTest, VaultIsForWhoOperatesItOnly) {
    const Peer stranger{12345, {}};
    EXPECT_EQ(problem_of(ask("POST", "/v1/vault/rotate", "", stranger)), "operator-only");
    EXPECT_FALSE(file.rotation);
    EXPECT_EQ(problem_of(ask("GET", "/v1/vault", "", stranger)), "operator-only");
    EXPECT_EQ(problem_of(ask("GET", "/v1/vault/check", "", stranger)), "operator-only");
    EXPECT_EQ(problem_of(ask("POST", "/v1/vault/backup", R"({"path": "/b.db"})", stranger)),
              "operator-only");
    EXPECT_FALSE(file.check || file.backup);
    EXPECT_EQ(ask("GET", "/v1/vault", "", {*user_id_of("www-data"), {}}).status, 200U);
}

constexpr const char* table =
    R"({"text": "origin f Files.\nprovider corp.example\n name Corp\n from f\n)"
    R"( domains corp.example gmail.com\n imap imap.corp.example 993 tls address password\n"})";

TEST_F(ApiTest, ImportsAProviderTable) {
    EXPECT_EQ(json::parse(ask("GET", "/v1/providers").body).at("tables").as_array().size(), 1U);
    const Answer answer = ask("PUT", "/v1/providers", table);
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(answer.body, ask("GET", "/v1/providers").body);
    const json::value tables = json::parse(answer.body).at("tables");
    EXPECT_EQ(tables.at(0).at("origin"), "imported");
    EXPECT_EQ(tables.at(0).at("providers"), 1);
    EXPECT_EQ(tables.at(0).at("domains"), 2);
    EXPECT_EQ(tables.at(0).at("age_seconds"), 0);
    EXPECT_EQ(tables.at(1).at("origin"), "compiled in");

    const json::value found = json::parse(ask("GET", "/v1/discovery?email=a@corp.example").body);
    EXPECT_EQ(found.at("settings").at("host"), "imap.corp.example");
    EXPECT_TRUE(found.at("proven").as_bool());
    EXPECT_EQ(found.at("evidence").at(0).at("from").as_string().subview(0, 9), "imported ");

    EXPECT_EQ(ask("DELETE", "/v1/providers").status, 204U);
    const json::value after = json::parse(ask("GET", "/v1/discovery?email=a@gmail.com").body);
    EXPECT_EQ(after.at("settings").at("host"), "imap.gmail.com");
    EXPECT_EQ(after.at("evidence").at(0).at("from"), "compiled in");
}

TEST_F(ApiTest, RefusesATableThatDoesNotRead) {
    for (const char* body :
         {"", "[]", "{}", R"({"text": 1})", R"({"text": "", "x": 1})", R"({"text": "nothing"})"}) {
        EXPECT_EQ(problem_of(ask("PUT", "/v1/providers", body)), "bad-request") << body;
    }
    EXPECT_NE(ask("PUT", "/v1/providers", R"({"text": "provider x"})").body.find("line 1"),
              std::string::npos);
}

TEST_F(ApiTest, TakesATableOfThousandsOfProviders) {
    std::string text = "origin f Files.\n";
    for (int i = 0; i < 3000; ++i) {
        const std::string name = "provider-" + std::to_string(i) + ".example";
        text += "provider " + name + "\n    name " + name + "\n    from f\n    domains " + name +
                " mail." + name + "\n    mx " + name + "\n    imap imap." + name +
                " 993 tls address password\n    help en https://" + name + "/help How to connect\n";
    }
    const Answer answer =
        ask("PUT", "/v1/providers", json::serialize(json::object{{"text", text}}));
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(json::parse(answer.body).at("tables").at(0).at("domains"), 6000);
    const Answer found = ask("GET", "/v1/discovery?email=a@mail.provider-2999.example");
    EXPECT_EQ(json::parse(found.body).at("provider").at("id"), "provider-2999.example");
}

TEST_F(ApiTest, ProviderTablesAreForTheOperatorOnly) {
    const Peer somebody{65534, {}};
    for (const char* method : {"GET", "PUT", "DELETE"}) {
        const Answer answer = ask(method, "/v1/providers", table, somebody);
        EXPECT_EQ(answer.status, 403U) << method;
        EXPECT_EQ(problem_of(answer), "operator-only");
    }
    EXPECT_FALSE(imports.imported());
}

TEST_F(ApiTest, CountsWhatSourcesAnswered) {
    ask("GET", "/v1/discovery?email=alice@gmail.com");
    const std::string metrics = ask("GET", "/metrics").body;
    const char* found =
        "gatepost_discovery_answers_total{source=\"providers\",outcome=\"found\"} 1\n";
    EXPECT_NE(metrics.find(found), std::string::npos) << metrics;
}

TEST_F(ApiTest, DiscoversAnewWhenAsked) {
    EXPECT_EQ(ask("GET", "/v1/discovery?email=alice@unknown.example&fresh=true").status, 200U);
    EXPECT_EQ(ask("GET", "/v1/discovery?email=alice@unknown.example&fresh=false").status, 200U);
    EXPECT_EQ(problem_of(ask("GET", "/v1/discovery?email=a@b.example&fresh=1")), "bad-request");
}

TEST_F(ApiTest, IsReadyWhenTheDaemonIs) {
    EXPECT_EQ(ask("GET", "/health/live").status, 200U);
    EXPECT_EQ(ask("GET", "/health/ready").status, 503U);
    api.set_ready(true);
    EXPECT_EQ(ask("GET", "/health/ready").status, 200U);
    EXPECT_EQ(ask("GET", "/health").status, 200U);
}

TEST_F(ApiTest, AnswersOtherPathsAndMethodsAsProblems) {
    EXPECT_EQ(problem_of(ask("GET", "/v1/nothing")), "not-found");
    const Answer answer = ask("DELETE", "/v1/accounts");
    EXPECT_EQ(problem_of(answer), "not-allowed");
    EXPECT_EQ(header(answer, "Allow"), "POST, GET, HEAD");
}

}  // namespace
}  // namespace gatepost::daemon
