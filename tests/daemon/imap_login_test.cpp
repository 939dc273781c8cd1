// imap.sock before sign-in, as conversations; each also with the client's bytes cut at every place.
#include "daemon/imap_login.h"

#include <gtest/gtest.h>

#include <cstring>

namespace gatepost::daemon {
namespace {

/// What came of a conversation: all that was sent, and how it ended.
struct Outcome {
    std::string sent;
    std::string account;
    std::string tag;
    std::string rest;
    bool closed = false;

    bool operator==(const Outcome&) const = default;
};

void give(ImapLogin& login, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::span<char> room = login.room();
        const std::size_t taken = std::min(room.size(), bytes.size());
        std::memcpy(room.data(), bytes.data(), taken);
        login.received(taken);
        bytes.remove_prefix(taken);
    }
}

/// Runs until it needs bytes or is over.
void run(ImapLogin& login, Outcome& outcome) {
    while (true) {
        ImapLogin::Action action = login.resume();
        if (std::holds_alternative<ImapLogin::Receive>(action)) return;
        if (const auto* send = std::get_if<ImapLogin::Send>(&action)) {
            outcome.sent += send->text;
        } else if (const auto* close = std::get_if<ImapLogin::Close>(&action)) {
            outcome.sent += close->text;
            outcome.closed = true;
            return;
        } else {
            const auto& lease = std::get<ImapLogin::Lease>(action);
            outcome.account = lease.account;
            outcome.tag = lease.tag;
            return;
        }
    }
}

Outcome converse(std::string_view bytes, std::size_t piece) {
    ImapLogin login;
    Outcome outcome;
    while (!bytes.empty() && !outcome.closed && outcome.account.empty()) {
        give(login, bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        run(login, outcome);
    }
    outcome.rest = login.rest() + std::string(bytes);
    return outcome;
}

/// The same whichever way the bytes come, but for a go-ahead that is not needed when the literal is
/// there already.
Outcome converse(std::string_view bytes) {
    const Outcome whole = converse(bytes, bytes.size());
    for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
        Outcome cut = converse(bytes, piece);
        for (std::size_t at = 0; (at = cut.sent.find("+ Go ahead\r\n")) != std::string::npos;)
            cut.sent.erase(at, 12);
        EXPECT_EQ(cut.sent, whole.sent) << piece;
        EXPECT_EQ(cut.account, whole.account) << piece;
        EXPECT_EQ(cut.tag, whole.tag) << piece;
        EXPECT_EQ(cut.rest, whole.rest) << piece;
        EXPECT_EQ(cut.closed, whole.closed) << piece;
    }
    return whole;
}

struct SignIn {
    std::string bytes;
    std::string account;
};

class SignsIn : public testing::TestWithParam<SignIn> {};

TEST_P(SignsIn, NamesTheAccount) {
    const Outcome outcome = converse(GetParam().bytes + "b NOOP\r\n");
    EXPECT_EQ(outcome.account, GetParam().account);
    EXPECT_EQ(outcome.tag, "a");
    EXPECT_EQ(outcome.rest, "b NOOP\r\n");
    EXPECT_FALSE(outcome.closed);
}

INSTANTIATE_TEST_SUITE_P(
    All, SignsIn,
    testing::Values(SignIn{"a LOGIN acc_1 x\r\n", "acc_1"}, SignIn{"a login acc_1 x\n", "acc_1"},
                    SignIn{"a LOGIN a@b.example \"\"\r\n", "a@b.example"},
                    SignIn{"a LOGIN \"a\\\"b\\\\c\" \"x\\\" y\"\r\n", "a\"b\\c"},
                    SignIn{"a LOGIN {5}\r\nacc_1 x\r\n", "acc_1"},
                    SignIn{"a LOGIN {5+}\r\nacc_1 {3+}\r\nx\r\n\r\n", "acc_1"},
                    SignIn{"a LOGIN {5}\r\nacc_1 {3}\r\n{9}\r\n", "acc_1"},
                    SignIn{"a LOGIN acc_1 p%a*s]s\xc3\xbc\r\n", "acc_1"},
                    // \0acc_1\0x and acc_2\0acc_1\0x
                    SignIn{"a AUTHENTICATE PLAIN AGFjY18xAHg=\r\n", "acc_1"},
                    SignIn{"a authenticate plain AGFjY18xAHg=\r\n", "acc_1"},
                    SignIn{"a AUTHENTICATE PLAIN YWNjXzIAYWNjXzEAeA==\r\n", "acc_2"}),
    [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(Authenticate, WithoutAnInitialResponseAsksForIt) {
    const Outcome outcome = converse("a AUTHENTICATE PLAIN\r\nAGFjY18xAHg=\r\nb NOOP\r\n");
    EXPECT_EQ(outcome.sent, "+ \r\n");
    EXPECT_EQ(outcome.account, "acc_1");
    EXPECT_EQ(outcome.rest, "b NOOP\r\n");
}

struct Answered {
    std::string bytes;
    std::string sent;
    bool closed = false;
};

class Answers : public testing::TestWithParam<Answered> {};

TEST_P(Answers, WithoutAnAccount) {
    const Outcome outcome = converse(GetParam().bytes);
    EXPECT_EQ(outcome.account, "");
    EXPECT_TRUE(outcome.sent.starts_with(GetParam().sent)) << outcome.sent;
    EXPECT_EQ(outcome.closed, GetParam().closed);
    EXPECT_TRUE(outcome.closed || outcome.rest.empty()) << outcome.rest;
}

INSTANTIATE_TEST_SUITE_P(
    All, Answers,
    testing::Values(
        Answered{"a CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\na OK "},
        Answered{"a NOOP\r\n", "a OK "}, Answered{"a LOGOUT\r\n", "* BYE Good bye\r\na OK ", true},
        Answered{"a SELECT INBOX\r\n", "a BAD Sign in first"}, Answered{"a STARTTLS\r\n", "a BAD "},
        Answered{"a IDLE\r\n", "a BAD "}, Answered{"a NOOP x\r\n", "a BAD "},
        Answered{"a LOGIN\r\n", "a BAD "}, Answered{"a LOGIN x\r\n", "a BAD "},
        Answered{"a LOGIN x y z\r\n", "a BAD "}, Answered{"a LOGIN \"x\r\n", "a BAD "},
        Answered{"a LOGIN {x}\r\n", "a BAD "}, Answered{"a LOGIN {-1}\r\n", "a BAD "},
        Answered{"a LOGIN {99999}\r\n", "a BAD "},
        Answered{"a LOGIN {99999999999999999999}\r\n", "a BAD "},
        Answered{"a LOGIN {99999+}\r\n", "* BYE ", true}, Answered{"a LOGIN (x) y\r\n", "a BAD "},
        Answered{"a AUTHENTICATE\r\n", "a NO "}, Answered{"a AUTHENTICATE CRAM-MD5\r\n", "a NO "},
        Answered{"a AUTHENTICATE PLAIN ????\r\n", "a BAD "},
        Answered{"a AUTHENTICATE PLAIN =\r\n", "a BAD "},
        Answered{"a AUTHENTICATE PLAIN AGFjY18x\r\n", "a BAD "},
        Answered{"a AUTHENTICATE PLAIN\r\n*\r\n", "+ \r\na BAD Cancelled"},
        Answered{"\r\n", "* BAD "}, Answered{"a\r\n", "* BAD "}, Answered{"+ NOOP\r\n", "* BAD "},
        Answered{" NOOP\r\n", "* BAD "}, Answered{"GET / HTTP/1.1\r\n", "GET BAD "},
        Answered{std::string(65, 'a') + " NOOP\r\n", "* BAD "}),
    [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(Literal, IsAskedForEvenWhenItIsEmpty) {
    ImapLogin login;
    Outcome outcome;
    give(login, "a LOGIN acc_1 {0}\r\n");
    run(login, outcome);
    EXPECT_EQ(outcome.sent, "+ Go ahead\r\n");
    give(login, "\r\n");
    run(login, outcome);
    EXPECT_EQ(outcome.account, "acc_1");
}

TEST(Literal, IsAskedForOnceBeforeItComes) {
    ImapLogin login;
    Outcome outcome;
    give(login, "a LOGIN {5}\r\n");
    run(login, outcome);
    EXPECT_EQ(outcome.sent, "+ Go ahead\r\n");
    run(login, outcome);
    EXPECT_EQ(outcome.sent, "+ Go ahead\r\n");
    give(login, "acc_1 {1}\r\n");
    run(login, outcome);
    EXPECT_EQ(outcome.sent, "+ Go ahead\r\n+ Go ahead\r\n");
    give(login, "x\r\n");
    run(login, outcome);
    EXPECT_EQ(outcome.account, "acc_1");
}

TEST(Login, ThatIsTurnedAwayLeavesTheConnectionUsable) {
    ImapLogin login;
    Outcome outcome;
    give(login, "a LOGIN nobody x\r\nb LOGIN acc_1 x\r\n");
    run(login, outcome);
    EXPECT_EQ(outcome.account, "nobody");
    EXPECT_TRUE(login.turned_away(problem(ProblemKind::unknown_account, "There is none."))
                    .starts_with("a NO [AUTHENTICATIONFAILED] "));
    run(login, outcome);
    EXPECT_EQ(outcome.account, "acc_1");
    EXPECT_TRUE(login.turned_away(problem(ProblemKind::account_paused, "Paused."))
                    .starts_with("b NO [UNAVAILABLE] "));
}

TEST(Client, ThatMakesTooManyMistakesIsSentAway) {
    std::string bytes;
    for (int i = 0; i < 11; ++i)
        bytes += "a X\r\n";
    EXPECT_TRUE(converse(bytes, bytes.size()).closed);
    bytes.resize(bytes.size() - 5);
    EXPECT_FALSE(converse(bytes, bytes.size()).closed);
}

TEST(Client, ThatSendsAnEndlessLineIsSentAway) {
    for (const char* begin : {"", "a LOGIN ", "a LOGIN \"", "a AUTHENTICATE PLAIN\r\n"}) {
        const Outcome outcome = converse(begin + std::string(20'000, 'x'), 512);
        EXPECT_TRUE(outcome.closed) << begin;
        EXPECT_NE(outcome.sent.find("* BYE "), std::string::npos);
    }
}

TEST(Client, HasRoomForALineOf8KiB) {
    const std::string bytes = "a LOGIN acc_1 \"" + std::string(8100, 'x') + "\"\r\n";
    EXPECT_EQ(converse(bytes, 512).account, "acc_1");
}

}  // namespace
}  // namespace gatepost::daemon
