// Clients that are handed a signed-in session of a real provider, and what becomes of it after
// them.
#include <gmock/gmock.h>

#include "reactor_conversation.h"

namespace gatepost::imap {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::size_t big_message = 16 << 20;  // more than all buffers on the way hold

class Leases : public ReactorConversation {
  protected:
    /// The whole body of a message, by the literal that it comes in.
    static std::string fetch(LeaseClient& client, const std::string& tag, int message) {
        client.send(tag + " FETCH " + std::to_string(message) + " BODY.PEEK[]\r\n");
        const std::string head = client.line();
        const std::size_t open = head.rfind('{');
        if (open == std::string::npos) return head;
        std::string body = client.bytes(std::stoul(head.substr(open + 1)));
        EXPECT_EQ(client.line(), ")");
        EXPECT_THAT(client.line(), StartsWith(tag + " OK"));
        return body;
    }

    static void log_out(LeaseClient& client) {
        client.send("z LOGOUT\r\n");
        EXPECT_THAT(client.line(), StartsWith("* BYE"));
        EXPECT_THAT(client.line(), StartsWith("z OK"));
        EXPECT_TRUE(client.is_closed());
    }
};

TEST_F(Leases, AreWholeDialoguesAndLeaveTheSessionToTheNextOne) {
    const std::string account = live_user("dialogue");
    for (int i = 0; i < 3; ++i) {
        LeaseClient client;
        sign_in_client(account, client);
        EXPECT_THAT(client.command("b", "NOOP"), StartsWith("OK"));
        EXPECT_THAT(client.command("c", "LIST \"\" \"*\""), StartsWith("OK"));
        EXPECT_THAT(client.command("d", "SELECT INBOX"), StartsWith("OK"));
        EXPECT_THAT(fetch(client, "e", 1), HasSubstr("To: " + account));
        EXPECT_THAT(client.command("f", "UID SEARCH ALL"), StartsWith("OK"));
        log_out(client);
        EXPECT_TRUE(has_idle(account, 1));
    }
    EXPECT_EQ(world->attempts(account), 1);
    EXPECT_EQ(reactor->stats().leases, 3U);
}

TEST_F(Leases, AreOfferedOnlyWhatTheyCanHave) {
    const std::string account = live_user("offered");
    LeaseClient client;
    lease(account, client);
    const std::string answer = client.line();
    for (const char* hidden : {"AUTH=", "STARTTLS", "SASL-IR", "ENABLE", "COMPRESS", "NOTIFY"})
        EXPECT_THAT(answer, Not(HasSubstr(hidden)));
    client.send("b CAPABILITY\r\nc ENABLE CONDSTORE\r\nd NOOP\r\n");
    const auto lines = client.answer("d");
    ASSERT_EQ(lines.size(), 4U);
    const std::size_t begin = answer.find("[CAPABILITY ");
    EXPECT_EQ(lines[0], "* " + answer.substr(begin + 1, answer.find(']') - begin - 1));
    EXPECT_THAT(lines[1], StartsWith("b OK"));
    EXPECT_THAT(lines[2], StartsWith("c BAD"));
    EXPECT_THAT(lines[3], StartsWith("d OK"));
}

TEST_F(Leases, TakeLiteralsOfBothKinds) {
    const std::string account = live_user("literals");
    LeaseClient client;
    sign_in_client(account, client);
    client.send("b APPEND Drafts (\\Seen) {25}\r\n");
    EXPECT_THAT(client.line(), StartsWith("+"));
    client.send("Subject: one\r\n\r\nb LOGOUT\r\n\r\n");
    EXPECT_THAT(client.answer("b").back(), StartsWith("b OK"));
    client.send("c APPEND Drafts {14+}\r\nSubject: two\r\n\r\n");
    EXPECT_THAT(client.answer("c").back(), StartsWith("c OK"));
    client.send("d SELECT Drafts\r\n");
    EXPECT_THAT(client.answer("d"), Contains("* 2 EXISTS"));
    log_out(client);
    EXPECT_TRUE(has_idle(account, 1));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Leases, AnswerPipelinedCommandsInTheirOrder) {
    const std::string account = live_user("pipelined");
    LeaseClient client;
    lease(account, client,
          "b SELECT INBOX\r\nc NOOP\r\nd CAPABILITY\r\ne FETCH 1 FLAGS\r\nf LOGOUT\r\n");
    for (const char* tag : {"a", "b", "c", "d", "e", "f"})
        EXPECT_THAT(client.answer(tag).back(), StartsWith(tag + std::string(" OK")));
    EXPECT_TRUE(client.is_closed());
    EXPECT_TRUE(has_idle(account, 1));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Leases, TellOfNewMailInIdle) {
    const std::string account = live_user("idler");
    LeaseClient client;
    sign_in_client(account, client);
    EXPECT_THAT(client.command("b", "SELECT INBOX"), StartsWith("OK"));
    client.send("c IDLE\r\n");
    EXPECT_THAT(client.line(), StartsWith("+"));
    world->deliver(account, 1000);
    std::string line = client.line();
    while (!line.empty() && line != "* 4 EXISTS")
        line = client.line();
    EXPECT_EQ(line, "* 4 EXISTS");
    client.send("DONE\r\n");
    EXPECT_THAT(client.answer("c").back(), StartsWith("c OK"));
    log_out(client);
    EXPECT_TRUE(has_idle(account, 1));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Leases, WhoseClientVanishesInIdleKeepTheirSession) {
    const std::string account = live_user("vanishing-idler");
    LeaseClient client;
    sign_in_client(account, client);
    EXPECT_THAT(client.command("b", "SELECT INBOX"), StartsWith("OK"));
    client.send("c IDLE\r\n");
    EXPECT_THAT(client.line(), StartsWith("+"));
    client.vanish();
    EXPECT_TRUE(has_idle(account, 1));
    LeaseClient next_client;
    sign_in_client(account, next_client);
    EXPECT_THAT(next_client.command("b", "FETCH 1 FLAGS"), StartsWith("BAD"));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Leases, ReturnSessionsWithNothingSelectedAndNothingExpunged) {
    const std::string account = live_user("cleaned");
    LeaseClient client;
    sign_in_client(account, client);
    EXPECT_THAT(client.command("b", "SELECT INBOX"), StartsWith("OK"));
    EXPECT_THAT(client.command("c", "STORE 1 +FLAGS (\\Deleted)"), StartsWith("OK"));
    log_out(client);
    EXPECT_TRUE(has_idle(account, 1));
    LeaseClient next_client;
    sign_in_client(account, next_client);
    EXPECT_THAT(next_client.command("b", "FETCH 1 FLAGS"), StartsWith("BAD"));
    next_client.send("c EXAMINE INBOX\r\n");
    EXPECT_THAT(next_client.answer("c"), Contains("* 3 EXISTS"));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Leases, CarryBigMessagesWhole) {
    const std::string account = live_user("big");
    world->deliver(account, big_message);
    LeaseClient client;
    sign_in_client(account, client);
    EXPECT_THAT(client.command("b", "SELECT INBOX"), StartsWith("OK"));
    const std::string body = fetch(client, "c", 4);
    EXPECT_GT(body.size(), big_message - 1000);
    EXPECT_TRUE(body.ends_with("xxx\r\n"));
    EXPECT_EQ(body.find_first_not_of("x\r\n", body.find("\r\n\r\n")), std::string::npos);
    log_out(client);
    EXPECT_TRUE(has_idle(account, 1));
    EXPECT_EQ(world->attempts(account), 1);
}

TEST_F(Leases, WhoseClientVanishesWithinABigMessageCostTheirSessionOnly) {
    const std::string account = live_user("vanishing");
    world->deliver(account, big_message);
    LeaseClient client;
    sign_in_client(account, client);
    EXPECT_THAT(client.command("b", "SELECT INBOX"), StartsWith("OK"));
    client.send("c FETCH 4 BODY.PEEK[]\r\n");
    EXPECT_THAT(client.line(), HasSubstr("FETCH"));
    client.vanish();
    LeaseClient next_client;
    sign_in_client(account, next_client);
    EXPECT_THAT(next_client.command("b", "NOOP"), StartsWith("OK"));
    log_out(next_client);
    EXPECT_TRUE(has_idle(account, 1));
    EXPECT_EQ(world->attempts(account), 2);
}

TEST_F(Leases, AtTheSameTimeHaveSessionsOfTheirOwnAndTheNextOneWaits) {
    options.max_sessions_per_account = 2;
    start();
    const std::string account = live_user("together");
    LeaseClient first;
    LeaseClient second;
    LeaseClient third;
    sign_in_client(account, first);
    sign_in_client(account, second);
    EXPECT_THAT(first.command("b", "SELECT INBOX"), StartsWith("OK"));
    EXPECT_THAT(second.command("b", "SELECT Sent"), StartsWith("OK"));
    lease(account, third, "b NOOP\r\n");
    EXPECT_EQ(count(account).leased, 2U);
    log_out(first);
    EXPECT_THAT(third.line(), StartsWith("a OK"));
    EXPECT_THAT(third.answer("b").back(), StartsWith("b OK"));
    EXPECT_EQ(world->attempts(account), 2);
}

TEST_F(Leases, EndWhenTheAccountIsWithdrawn) {
    const std::string account = live_user("withdrawn-leased");
    LeaseClient client;
    sign_in_client(account, client);
    EXPECT_THAT(client.command("b", "SELECT INBOX"), StartsWith("OK"));
    reactor->send(
        Withdraw{account, problem(ProblemKind::account_paused, "The account is paused.")});
    EXPECT_EQ(client.line(), "* BYE The account is paused.");
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(sessions_settled(account, 0), 0);
    EXPECT_EQ(reactor->stats().sessions_leased, 0U);
}

TEST_F(Leases, OfAnOlderVersionGoOnUntilTheirClientsAreDone) {
    const std::string account = live_user("older");
    LeaseClient client;
    sign_in_client(account, client);
    serve(account, 2);
    ASSERT_TRUE(reaches(account, State::live));
    EXPECT_THAT(client.command("b", "NOOP"), StartsWith("OK"));
    log_out(client);
    EXPECT_EQ(sessions_settled(account, 1), 1);
    EXPECT_TRUE(has_idle(account, 1));
}

TEST_F(Leases, EndWithTheProvidersConnection) {
    const std::string account = live_user("cut");
    LeaseClient client;
    sign_in_client(account, client);
    world->kick(account);
    std::string line = client.line();
    EXPECT_TRUE(line.empty() || line.starts_with("* BYE")) << line;
    EXPECT_TRUE(line.empty() || client.is_closed());
    EXPECT_TRUE(has_idle(account, 1));
    EXPECT_EQ(world->attempts(account), 2);
}

TEST_F(Leases, ManyTimesOverLeaveOneSession) {
    const std::string account = live_user("hammered");
    for (int i = 0; i < 200; ++i) {
        LeaseClient client;
        lease(account, client, "b NOOP\r\nc LOGOUT\r\n");
        EXPECT_THAT(client.answer("c").back(), StartsWith("c OK"));
    }
    EXPECT_TRUE(has_idle(account, 1));
    EXPECT_EQ(world->attempts(account), 1);
}

}  // namespace
}  // namespace gatepost::imap
