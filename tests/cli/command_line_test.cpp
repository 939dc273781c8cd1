#include "cli/command_line.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>
#include <vector>

namespace gatepost::cli {
namespace {

using testing::HasSubstr;

struct Reading {
    std::variant<Invocation, int> result;
    std::string out;
    std::string err;
};

Reading read(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "gatepost");
    std::ostringstream out;
    std::ostringstream err;
    auto result = read_command_line(static_cast<int>(arguments.size()), arguments.data(), out, err);
    return {std::move(result), out.str(), err.str()};
}

Invocation invocation(std::vector<const char*> arguments) {
    const Reading reading = read(std::move(arguments));
    EXPECT_TRUE(std::holds_alternative<Invocation>(reading.result)) << reading.err;
    return std::get<Invocation>(reading.result);
}

template <class T>
T command(std::vector<const char*> arguments) {
    return std::get<T>(invocation(std::move(arguments)).command);
}

class Socket : public testing::Test {
  protected:
    void SetUp() override { ::unsetenv("GATEPOST_SOCKET"); }
    void TearDown() override { ::unsetenv("GATEPOST_SOCKET"); }
};

TEST_F(Socket, IsTheSystemsUnlessNamed) {
    EXPECT_EQ(invocation({"account", "list"}).socket, "/run/gatepost/api.sock");
}

TEST_F(Socket, IsNamedByTheEnvironment) {
    ::setenv("GATEPOST_SOCKET", "/env.sock", 1);
    EXPECT_EQ(invocation({"account", "list"}).socket, "/env.sock");
}

TEST_F(Socket, NamedByTheOptionWinsOverTheEnvironment) {
    ::setenv("GATEPOST_SOCKET", "/env.sock", 1);
    EXPECT_EQ(invocation({"--socket", "/option.sock", "account", "list"}).socket, "/option.sock");
}

TEST(CommandLine, CommonOptionsStandBeforeOrBehindTheCommand) {
    for (const auto& arguments : std::vector<std::vector<const char*>>{
             {"--json", "--socket", "/x", "account", "show", "a"},
             {"account", "--json", "show", "a", "--socket=/x"},
             {"account", "show", "--socket", "/x", "a", "--json"}}) {
        const Invocation read = invocation(arguments);
        EXPECT_TRUE(read.json);
        EXPECT_EQ(read.socket, "/x");
        EXPECT_EQ(std::get<ShowAccount>(read.command).account.name, "a");
    }
}

TEST(CommandLine, DiscoverIsRead) {
    const auto read = command<Discover>({"discover", "a@b.example", "--trace"});
    EXPECT_EQ(read.address, "a@b.example");
    EXPECT_TRUE(read.trace);
    EXPECT_FALSE(read.local);
    EXPECT_TRUE(command<Discover>({"discover", "--local", "a@b.example"}).local);
}

TEST(CommandLine, AccountAddIsRead) {
    const auto read = command<AddAccount>(
        {"account", "add", "a@b.example", "--password-stdin", "--host", "imap.b.example", "--port",
         "143", "--security", "starttls", "--username", "a", "--accept-unproven", "--id", "mine",
         "--label", "team=mail", "--label", "x=y=z"});
    EXPECT_EQ(read.address, "a@b.example");
    EXPECT_TRUE(read.password_from_stdin);
    EXPECT_EQ(read.host, "imap.b.example");
    EXPECT_EQ(read.port, 143);
    EXPECT_EQ(read.security, "starttls");
    EXPECT_EQ(read.username, "a");
    EXPECT_TRUE(read.accept_unproven);
    EXPECT_EQ(read.id, "mine");
    EXPECT_EQ(read.labels, (Labels{{"team", "mail"}, {"x", "y=z"}}));
}

TEST(CommandLine, ALabelDoesNotTakeTheAddressBehindIt) {
    const auto read = command<AddAccount>({"account", "add", "--label", "a=b", "c@d.example"});
    EXPECT_EQ(read.address, "c@d.example");
    EXPECT_FALSE(read.port);
}

TEST(CommandLine, WhatIsDoneToAnAccountIsRead) {
    for (const char* action : {"verify", "pause", "resume"}) {
        const auto read = command<ActOnAccount>({"account", action, "acc_1"});
        EXPECT_EQ(read.action, action);
        EXPECT_EQ(read.account.name, "acc_1");
    }
    EXPECT_EQ(command<RemoveAccount>({"account", "remove", "acc_1"}).account.name, "acc_1");
    EXPECT_TRUE(command<SetPassword>({"account", "set-password", "a", "--password-stdin"})
                    .password_from_stdin);
    EXPECT_EQ(command<ListAccounts>({"account", "list", "--state", "live"}).state, "live");
    EXPECT_EQ(command<ImapTunnel>({"imap", "acc_1"}).account, "acc_1");
    EXPECT_EQ(command<InitVault>({"vault", "init", "--key-file", "/k"}).key_file, "/k");
    command<ShowVault>({"vault", "show"});
    command<RotateVault>({"vault", "rotate"});
    EXPECT_EQ(command<BackUpVault>({"vault", "backup", "/b.db"}).file, "/b.db");
    command<CheckVault>({"vault", "check"});
    EXPECT_EQ(command<CheckVaultFile>({"vault", "check", "--file", "b", "--key-file", "/k"}).file,
              "b");
    EXPECT_EQ(command<ImportProviders>({"providers", "import", "/dir"}).folder, "/dir");
    command<ShowProviders>({"providers", "show"});
    command<RemoveProviders>({"providers", "remove"});
}

TEST(CommandLine, AnAccountMayBeNamedLikeACommand) {
    EXPECT_EQ(command<ShowAccount>({"account", "show", "account"}).account.name, "account");
    EXPECT_EQ(command<ImapTunnel>({"imap", "discover"}).account, "discover");
}

TEST(CommandLine, WrongUsageExitsWith2AndSaysWhyOnStderr) {
    const std::vector<std::vector<const char*>> wrong = {
        {},
        {"nonsense"},
        {"account"},
        {"account", "show"},
        {"account", "show", "a", "b"},
        {"account", "list", "--colour"},
        {"account", "list", "--state", "lively"},
        {"account", "list", "--label", "no-sign"},
        {"account", "add", "a@b.example", "--host", "h.example", "--port", "many"},
        {"account", "add", "a@b.example", "--host", "h.example", "--port", "0"},
        {"account", "add", "a@b.example", "--host", "h.example", "--port", "70000"},
        {"account", "add", "a@b.example", "--port", "993"},
        {"account", "add", "a@b.example", "--host", "h.example", "--security", "none"},
        {"account", "add", "a@b.example", "--password", "on-the-command-line"},
        {"vault", "init"},
        {"providers", "import"},
    };
    for (const auto& arguments : wrong) {
        const Reading reading = read(arguments);
        ASSERT_TRUE(std::holds_alternative<int>(reading.result));
        EXPECT_EQ(std::get<int>(reading.result), 2);
        EXPECT_EQ(reading.out, "");
        EXPECT_NE(reading.err, "");
    }
}

TEST(CommandLine, HelpAndVersionExitWith0) {
    const Reading help = read({"account", "add", "--help"});
    EXPECT_EQ(std::get<int>(help.result), 0);
    EXPECT_THAT(help.out, HasSubstr("gatepost account add"));
    const Reading version = read({"--version"});
    EXPECT_EQ(std::get<int>(version.result), 0);
    EXPECT_THAT(version.out, testing::ContainsRegex("gatepost [0-9]+\\.[0-9]+\\.[0-9]+"));
}

TEST(CommandLine, FollowsEventsOfAllOrOfOneAccount) {
    EXPECT_EQ(command<FollowEvents>({"events"}).account, "");
    const auto events =
        command<FollowEvents>({"events", "--account", "a@b.example", "--application", "crm"});
    EXPECT_EQ(events.account, "a@b.example");
    EXPECT_EQ(events.application, "crm");
}

TEST(CommandLine, LooksAtTheStatusOnceOrAgainAndAgain) {
    EXPECT_FALSE(command<ShowStatus>({"status"}).watch);
    EXPECT_TRUE(command<ShowStatus>({"status", "--watch"}).watch);
}

}  // namespace
}  // namespace gatepost::cli
