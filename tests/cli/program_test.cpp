// Whole commands against a scripted daemon: what is asked, what is printed, the exit code.
#include "cli/program.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

#include "scripted_server.h"

namespace gatepost::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct Ended {
    int code = 0;
    std::string out;
    std::string err;
};

Ended run(const std::string& socket, Command command, bool json = false) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = run(Invocation{socket, json, std::move(command)}, out, err);
    return {code, out.str(), err.str()};
}

std::string answer(std::string_view status, std::string_view body) {
    return "HTTP/1.1 " + std::string(status) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// A daemon that is asked for each target in turn, and answers so.
ScriptedServer::Script conversation(std::vector<std::array<std::string, 3>> steps) {
    return [steps = std::move(steps)](Peer& peer) {
        for (const auto& [request, status, body] : steps) {
            EXPECT_THAT(peer.read_until("\r\n\r\n"), StartsWith(request + " HTTP/1.1\r\n"));
            peer.send(answer(status, body));
        }
    };
}

ScriptedServer::Script pages() {
    return conversation(
        {{"GET /v1/accounts?limit=100&state=live", "200 OK",
          R"({"accounts":[{"id":"a","email":"a@b.example"}],"more":true,"next":"a"})"},
         {"GET /v1/accounts?limit=100&state=live&after=a", "200 OK",
          R"({"accounts":[{"id":"b","email":"c@d.example"}],"more":false})"}});
}

constexpr const char* unknown =
    R"({"type":"urn:gatepost:problem:unknown-account","detail":"There is no account x."})";

TEST(AccountList, HasTheAccountsOfAllPages) {
    ScriptedServer server("api.sock", pages());
    const Ended ended = run(server.path(), ListAccounts{"", "live", {}});
    EXPECT_EQ(ended.code, 0);
    EXPECT_THAT(ended.out, AllOf(HasSubstr("a@b.example"), HasSubstr("c@d.example")));
}

TEST(AccountList, IsOneJsonObjectOfAllPages) {
    ScriptedServer server("api.sock", pages());
    EXPECT_EQ(run(server.path(), ListAccounts{"", "live", {}}, true).out,
              R"({"accounts":[{"id":"a","email":"a@b.example"},{"id":"b","email":"c@d.example"}]})"
              "\n");
}

TEST(Command, ThatIsRefusedExitsWith1AndOneLineOnStderr) {
    ScriptedServer server("api.sock",
                          conversation({{"GET /v1/accounts/x", "404 Not Found", unknown}}));
    const Ended ended = run(server.path(), ShowAccount{{"x", ""}});
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(ended.err, "gatepost: There is no account x.\n");
}

TEST(Command, ThatIsRefusedPrintsTheProblemAsJsonWhenAsked) {
    ScriptedServer server("api.sock",
                          conversation({{"POST /v1/accounts/x/pause", "404 Not Found", unknown}}));
    const Ended ended = run(server.path(), ActOnAccount{{"x", ""}, "pause"}, true);
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.out, std::string(unknown) + "\n");
    EXPECT_EQ(ended.err, "gatepost: There is no account x.\n");
}

TEST(AccountRemove, SaysSoToPeopleAndNothingToPrograms) {
    for (const bool json : {false, true}) {
        ScriptedServer server("api.sock", conversation({{"DELETE /v1/accounts/x", "200 OK", ""}}));
        const Ended ended = run(server.path(), RemoveAccount{{"x", ""}}, json);
        EXPECT_EQ(ended.code, 0);
        EXPECT_EQ(ended.out, json ? "" : "x: removed\n");
    }
}

TEST(Discover, ThatFindsNothingFailsAfterItPrintedTheReport) {
    const std::string report = R"({"email":"a@b.example","found":false,"evidence":[]})";
    for (const bool json : {false, true}) {
        ScriptedServer server(
            "api.sock",
            conversation({{"GET /v1/discovery?email=a%40b.example", "200 OK", report}}));
        const Ended ended = run(server.path(), Discover{.address = "a@b.example"}, json);
        EXPECT_EQ(ended.code, 1);
        EXPECT_EQ(ended.out, json ? report + "\n" : "");
        EXPECT_THAT(ended.err, HasSubstr("a@b.example"));
        EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1);
    }
}

TEST(Discover, OfWhatIsNoAddressFailsHereAsInTheDaemon) {
    const Ended ended = run("/nonexistent", Discover{.address = "nobody", .local = true}, true);
    EXPECT_EQ(ended.code, 1);
    EXPECT_THAT(ended.out, HasSubstr("urn:gatepost:problem:invalid-address"));
}

TEST(VaultInit, MakesAKeyOnceAndNamesIt) {
    const std::string file = testing::TempDir() + "gatepost-root-key-test";
    std::filesystem::remove(file);
    const Ended made = run("/nonexistent", InitVault{file});
    EXPECT_EQ(made.code, 0);
    EXPECT_THAT(made.out, HasSubstr(file));
    const Ended again = run("/nonexistent", InitVault{file});
    EXPECT_EQ(again.code, 1);
    EXPECT_THAT(again.err, HasSubstr(file));
    std::filesystem::remove(file);
}

TEST(Imap, ThatFailsSaysNothingOnStdout) {
    const Ended ended = run("/nonexistent/api.sock", ImapTunnel{"nobody"}, true);
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, HasSubstr("/nonexistent/imap.sock"));
}

}  // namespace
}  // namespace gatepost::cli
