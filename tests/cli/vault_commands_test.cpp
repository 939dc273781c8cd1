// `gatepost vault` against a scripted daemon.
#include "cli/vault_commands.h"

#include <gmock/gmock.h>

#include <sstream>

#include <boost/json/parse.hpp>

#include "cli/requests.h"
#include "scripted_server.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::StartsWith;

std::string vault(const std::string& state, int done, const std::string& problem = "null",
                  const std::string& started = "2026-01-31T00:00:00.000Z") {
    return R"({"accounts": 1200, "schema": 2, "writable": true, "wrapping_key": 2, )"
           R"("keys_under_older": 700, "job": {"what": "rotate", "state": ")" +
           state + R"(", "done": )" + std::to_string(done) + R"(, "total": 1200, "started_at": ")" +
           started + R"(", "ended_at": null, "problem": )" + problem + "}}";
}

class VaultCommands : public testing::Test {
  protected:
    Outcome<void> run(const Command& command, std::vector<std::string> answers,
                      bool as_json = false, bool in_place = false) {
        requests.clear();
        ScriptedServer server("api.sock", [&](Peer& peer) {
            for (const std::string& answer : answers) {
                requests.push_back(peer.read_until(end_of_requests));
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(answer.size()) +
                          "\r\n\r\n" + answer);
            }
        });
        ApiClient api(server.path());
        return run_vault_command(api, command, {out, as_json}, in_place,
                                 std::chrono::milliseconds(0));
    }

    std::string end_of_requests = "\r\n\r\n";
    std::vector<std::string> requests;
    std::ostringstream out;
};

TEST_F(VaultCommands, RotateWaitsForTheEndAndShowsProgress) {
    const auto done = run(RotateVault(), {vault("running", 0), vault("running", 500),
                                          vault("running", 500), vault("done", 1200)});
    EXPECT_TRUE(done);
    ASSERT_EQ(requests.size(), 4);
    EXPECT_THAT(requests[0], StartsWith("POST /v1/vault/rotate HTTP/1.1\r\n"));
    EXPECT_THAT(requests[1], StartsWith("GET /v1/vault HTTP/1.1\r\n"));
    EXPECT_EQ(out.str(), "rotate: 0 of 1200\nrotate: 500 of 1200\nrotate: 1200 of 1200\n");
}

TEST_F(VaultCommands, RotateShowsProgressInOneLineOfATerminal) {
    EXPECT_TRUE(run(RotateVault(), {vault("running", 500), vault("done", 1200)}, false, true));
    EXPECT_EQ(out.str(), "\r\x1b[Krotate: 500 of 1200\r\x1b[Krotate: 1200 of 1200\n");
}

TEST_F(VaultCommands, RotateTellsProgramsTheEndOnly) {
    EXPECT_TRUE(run(RotateVault(), {vault("running", 500), vault("done", 1200)}, true));
    const json::value told = json::parse(out.str());
    EXPECT_EQ(told.at("state"), "done");
    EXPECT_EQ(told.at("done"), 1200);
}

TEST_F(VaultCommands, RotateFailsAsItsJobDoes) {
    const std::string full =
        R"({"type": "urn:gatepost:problem:vault-full", "detail": "The disk is full."})";
    const auto failed = run(RotateVault(), {vault("running", 0), vault("failed", 500, full)});
    ASSERT_FALSE(failed);
    EXPECT_EQ(reason_of(failed.error()), "The disk is full.");
}

TEST_F(VaultCommands, RotateTakesNoOtherJobForItsOwn) {
    const std::string later = "2026-01-31T00:00:09.000Z";
    EXPECT_FALSE(run(RotateVault(), {vault("running", 0), vault("done", 1200, "null", later)}));
    EXPECT_FALSE(run(RotateVault(), {vault("running", 0), R"({"job": null})"}));
}

std::string job_with(const std::string& what, const std::string& result) {
    return R"({"job": {"what": ")" + what + R"(", "state": "done", "done": 3, "total": 3, )" +
           R"("started_at": "2026-01-31T00:00:00.000Z", "result": )" + result + "}}";
}

TEST_F(VaultCommands, BackupNamesAnAbsolutePathAndTellsWhatItHasMade) {
    const std::string made = job_with("backup", R"({"path": "/b/1.db", "bytes": 4096})");
    end_of_requests = "}";
    EXPECT_TRUE(run(BackUpVault{"/b/1.db"}, {made}));
    EXPECT_THAT(requests[0], StartsWith("POST /v1/vault/backup HTTP/1.1\r\n"));
    EXPECT_THAT(out.str(), HasSubstr("/b/1.db: 4096 bytes\n"));
    out.str("");
    EXPECT_TRUE(run(BackUpVault{"1.db"}, {made}, true));
    EXPECT_EQ(json::parse(out.str()).at("result").at("bytes"), 4096);
    EXPECT_EQ(json::parse(backup_body("/b/ü.db").reveal()).at("path"), "/b/ü.db");
}

TEST_F(VaultCommands, CheckSucceedsWhereNothingIsDamaged) {
    const std::string whole =
        job_with("check", R"({"whole": true, "accounts": 3, "documents": 1, "file": []})");
    EXPECT_TRUE(run(CheckVault(), {whole}));
    EXPECT_THAT(requests[0], StartsWith("GET /v1/vault/check HTTP/1.1\r\n"));
    EXPECT_THAT(out.str(), HasSubstr("Nothing is damaged (accounts: 3, documents: 1).\n"));
}

TEST_F(VaultCommands, CheckFailsAndNamesWhatIsDamagedAndWhatToDo) {
    const std::string damaged = job_with(
        "check",
        R"({"whole": false, "accounts": 3, "documents": 1, "file": ["row 3 missing"], )"
        R"("keys": "The root key is gone.", "damaged_accounts": [{"account": "a\u001b[2J", )"
        R"("damage": "row"}, {"account": "b", "damage": "key"}], )"
        R"("damaged_documents": [{"document": "providers", "damage": "row"}]})");
    const auto failed = run(CheckVault(), {damaged});
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().shown);
    EXPECT_EQ(reason_of(failed.error()), "The vault is damaged.");
    for (const char* line :
         {"file: row 3 missing\n", "restore a backup.\n", "The root key is gone.\n",
          "account a\ufffd[2J is not as it was stored: remove it and add it again",
          "account b has a credential that does not open: gatepost account set-password",
          "document providers is not as it was stored"}) {
        EXPECT_THAT(out.str(), HasSubstr(line));
    }
    out.str("");
    EXPECT_FALSE(run(CheckVault(), {damaged}, true));
    EXPECT_EQ(json::parse(out.str()).at("damaged_accounts").at(1).at("account"), "b");
}

TEST_F(VaultCommands, CheckOfAFileNeedsNoDaemon) {
    const auto failed = check_vault_file({"/nowhere/vault.db", "/nowhere/root.key"}, {out, false});
    ASSERT_FALSE(failed);
    EXPECT_THAT(reason_of(failed.error()), HasSubstr("/nowhere/root.key"));
}

TEST_F(VaultCommands, ShowIsForPeopleAndForPrograms) {
    EXPECT_TRUE(run(ShowVault(), {vault("running", 500)}));
    EXPECT_THAT(out.str(), HasSubstr("keys under older ones  700\n"));
    EXPECT_THAT(out.str(), HasSubstr("rotate: 500 of 1200, running, begun 2026-01-31T"));
    out.str("");
    EXPECT_TRUE(run(ShowVault(), {R"({"job": null})"}));
    EXPECT_THAT(out.str(), HasSubstr("none since the start"));
    out.str("");
    EXPECT_TRUE(run(ShowVault(), {vault("running", 500)}, true));
    EXPECT_EQ(json::parse(out.str()).at("accounts"), 1200);
}

}  // namespace
}  // namespace gatepost::cli
