#include "cli/imap_login.h"

#include <gmock/gmock.h>

namespace gatepost::cli {
namespace {

using testing::HasSubstr;

constexpr std::string_view greeting =
    "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] Gatepost ready\r\n";
constexpr std::string_view answer =
    "gatepost OK [CAPABILITY IMAP4rev1 IDLE] Signed in as alice@example.com\r\n";
constexpr std::string_view preauth =
    "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] Signed in as alice@example.com\r\n";

template <class T>
T expect(ImapLogin& login, std::string_view received) {
    auto action = login.resume(received);
    EXPECT_TRUE(std::holds_alternative<T>(action)) << received;
    return std::get<T>(std::move(action));
}

ImapLogin greeted(const std::string& account = "alice@example.com") {
    ImapLogin login(account);
    expect<ImapLogin::Send>(login, greeting);
    return login;
}

TEST(ImapLogin, AnOkBecomesAPreauthGreeting) {
    ImapLogin login("alice@example.com");
    EXPECT_EQ(expect<ImapLogin::Send>(login, greeting).bytes,
              "gatepost LOGIN \"alice@example.com\" \"x\"\r\n");
    EXPECT_EQ(expect<ImapLogin::SignedIn>(login, answer).bytes, preauth);
}

TEST(ImapLogin, LinesMayArriveByteByByte) {
    ImapLogin login("alice@example.com");
    for (const char byte : greeting.substr(0, greeting.size() - 1))
        expect<ImapLogin::ReadMore>(login, std::string_view(&byte, 1));
    expect<ImapLogin::Send>(login, "\n");
    for (const char byte : answer.substr(0, answer.size() - 1))
        expect<ImapLogin::ReadMore>(login, std::string_view(&byte, 1));
    EXPECT_EQ(expect<ImapLogin::SignedIn>(login, "\n").bytes, preauth);
}

TEST(ImapLogin, WhatComesBehindTheAnswerIsTheClients) {
    ImapLogin login = greeted();
    EXPECT_EQ(expect<ImapLogin::SignedIn>(login, std::string(answer) + "* 3 EXI").bytes,
              std::string(preauth) + "* 3 EXI");
}

TEST(ImapLogin, UntaggedAnswersBeforeItAreNot) {
    ImapLogin login = greeted();
    expect<ImapLogin::ReadMore>(login, "* CAPABILITY IMAP4rev1\r\n");
    EXPECT_EQ(expect<ImapLogin::SignedIn>(login, answer).bytes, preauth);
}

TEST(ImapLogin, TheAccountIsQuoted) {
    ImapLogin login(R"(a"b\c)");
    EXPECT_EQ(expect<ImapLogin::Send>(login, greeting).bytes,
              "gatepost LOGIN \"a\\\"b\\\\c\" \"x\"\r\n");
}

TEST(ImapLogin, AnAccountWithALineEndIsNeverSent) {
    for (const std::string& account :
         {std::string("a\r\nb LOGOUT"), std::string("a\n"), std::string("\0", 1)}) {
        ImapLogin login(account);
        EXPECT_EQ(expect<Problem>(login, greeting).kind, ProblemKind::unknown_account);
    }
}

TEST(ImapLogin, ARefusalIsTheReasonInWords) {
    struct Refusal {
        std::string_view line;
        ProblemKind kind;
        std::string_view detail;
    };
    const Refusal refusals[] = {
        {"gatepost NO No such account\r\n", ProblemKind::unknown_account,
         "nobody: No such account"},
        {"gatepost NO [UNAVAILABLE] It is paused.\r\n", ProblemKind::provider_unavailable,
         "nobody: It is paused."},
        {"gatepost NO [AUTHENTICATIONFAILED] Refused.\r\n", ProblemKind::sign_in_refused,
         "nobody: Refused."},
        {"gatepost BAD Too long\r\n", ProblemKind::unknown_account, "nobody: Too long"},
        {"* BYE Shutting down\r\n", ProblemKind::unknown_account, "nobody: Shutting down"},
    };
    for (const Refusal& refusal : refusals) {
        ImapLogin login = greeted("nobody");
        const auto problem = expect<Problem>(login, refusal.line);
        EXPECT_EQ(problem.kind, refusal.kind);
        EXPECT_EQ(problem.detail, refusal.detail);
    }
}

TEST(ImapLogin, AByeInsteadOfAGreetingIsARefusal) {
    ImapLogin login("alice@example.com");
    EXPECT_THAT(expect<Problem>(login, "* BYE Too many clients\r\n").detail,
                HasSubstr("Too many clients"));
}

TEST(ImapLogin, ADaemonThatGoesAwayIsToldFromOneThatRefuses) {
    ImapLogin before("a");
    EXPECT_EQ(expect<Problem>(before, "").kind, ProblemKind::cannot_connect);
    ImapLogin after = greeted();
    EXPECT_EQ(expect<Problem>(after, "").kind, ProblemKind::cannot_connect);
}

TEST(ImapLogin, WhatIsNoImapIsRefused) {
    ImapLogin http("a");
    EXPECT_EQ(expect<Problem>(http, "HTTP/1.1 400 Bad Request\r\n").kind,
              ProblemKind::protocol_violation);
    ImapLogin other_tag = greeted();
    EXPECT_EQ(expect<Problem>(other_tag, "a OK done\r\n").kind, ProblemKind::protocol_violation);
    ImapLogin other_word = greeted();
    EXPECT_EQ(expect<Problem>(other_word, "gatepost MAYBE\r\n").kind,
              ProblemKind::protocol_violation);
}

TEST(ImapLogin, AnEndlessLineIsRefused) {
    ImapLogin login("a");
    const std::string piece(8192, 'x');
    expect<ImapLogin::ReadMore>(login, piece);
    expect<ImapLogin::ReadMore>(login, piece);
    EXPECT_EQ(expect<Problem>(login, piece).kind, ProblemKind::protocol_violation);
}

}  // namespace
}  // namespace gatepost::cli
