#include "discovery/probe_conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::discovery {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Action = ProbeConversation::Action;

// What the probe wants, in a word, or why it gave up.
std::string words(const Action& action) {
    if (std::holds_alternative<ProbeConversation::Receive>(action)) return "receive";
    if (std::holds_alternative<ProbeConversation::StartTls>(action)) return "tls";
    if (std::holds_alternative<ProbeConversation::Done>(action)) return "done";
    if (const auto* send = std::get_if<ProbeConversation::Send>(&action)) return send->bytes;
    const auto& failed = std::get<Problem>(action);
    const std::string_view reason = failed.fact("reason");
    return std::string(name_of(failed.kind)) + (reason.empty() ? "" : " ") + std::string(reason);
}

class ImplicitTls : public testing::Test {
  protected:
    ImplicitTls() {
        EXPECT_EQ(words(probe.start()), "tls");
        EXPECT_EQ(words(probe.tls_started()), "receive");
    }

    std::string hear(std::string_view bytes) { return words(action = probe.resume(bytes)); }
    [[nodiscard]] const Capabilities& told() const {
        return std::get<ProbeConversation::Done>(action).capabilities;
    }

    ProbeConversation probe{"imap.example.com", Security::tls};
    Action action;
};

TEST_F(ImplicitTls, GreetingWithCapabilitiesIsEnough) {
    ASSERT_EQ(hear("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN auth=xoauth2] ready\r\n"), "done");
    EXPECT_THAT(told(), ElementsAre("IMAP4REV1", "AUTH=PLAIN", "AUTH=XOAUTH2"));
}

TEST_F(ImplicitTls, CapabilitiesAreAskedForWhereTheGreetingDoesNotTell) {
    EXPECT_EQ(hear("* OK ready\r\n"), "p2 CAPABILITY\r\n");
    EXPECT_EQ(hear(""), "receive");
    EXPECT_EQ(hear("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n"), "receive");
    ASSERT_EQ(hear("p2 OK done\r\n"), "done");
    EXPECT_THAT(told(), ElementsAre("IMAP4REV1", "LOGINDISABLED"));
}

TEST_F(ImplicitTls, AnyCutOfTheBytesIsTheSame) {
    const std::string_view all = "* ok [capability IMAP4rev1] ready\r\n";
    for (const char& byte : all.substr(0, all.size() - 1))
        ASSERT_EQ(hear({&byte, 1}), "receive");
    EXPECT_EQ(hear("\n"), "done");
}

struct Bad {
    const char* name;
    std::string bytes;
    const char* outcome;
};

class BadServer : public ImplicitTls, public testing::WithParamInterface<Bad> {};

TEST_P(BadServer, IsToldForWhatItIs) {
    EXPECT_EQ(hear(GetParam().bytes), GetParam().outcome) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    Greeting, BadServer,
    testing::Values(
        Bad{"goodbye", "* BYE overloaded\r\n", "provider-unavailable"},
        Bad{"preauth", "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n", "protocol-violation"},
        Bad{"no", "* NO not today\r\n", "protocol-violation"},
        Bad{"pop3", "+OK ready\r\n", "protocol-violation"},
        Bad{"smtp", "220 mail.example.com ESMTP\r\n", "protocol-violation"},
        Bad{"http", "HTTP/1.1 400 Bad Request\r\n", "protocol-violation"},
        Bad{"bare LF", "* OK ready\n", "protocol-violation"},
        Bad{"bare CR", "* OK re\rady\r\n", "protocol-violation"},
        Bad{"NUL", std::string("* OK \0\r\n", 8), "protocol-violation"},
        Bad{"other protocol", "* OK [CAPABILITY MANAGESIEVE] ready\r\n", "protocol-violation"},
        Bad{"empty line", "\r\n", "protocol-violation"},
        Bad{"line without end", std::string(8193, 'x'), "protocol-violation"},
        Bad{"line that is too long", "* OK " + std::string(8192, 'x') + "\r\n",
            "protocol-violation"}));

TEST_F(ImplicitTls, EndlessLinesAreNotHeardForEver) {
    EXPECT_EQ(hear("* OK ready\r\n"), "p2 CAPABILITY\r\n");
    const std::string line = "* OK " + std::string(1000, 'x') + "\r\n";
    std::string outcome = "receive";
    int heard = 0;
    for (; outcome == "receive" && heard < 100; ++heard)
        outcome = hear(line);
    EXPECT_EQ(outcome, "protocol-violation");
    EXPECT_LT(heard, 30);
}

TEST_F(ImplicitTls, RefusedOrStrangeAnswersToCapabilityAreNoImap) {
    hear("* OK ready\r\n");
    EXPECT_EQ(hear("p2 BAD what\r\n"), "protocol-violation");
    ProbeConversation other("imap.example.com", Security::tls);
    other.start();
    other.tls_started();
    other.resume("* OK ready\r\n");
    EXPECT_EQ(words(other.resume("p7 OK done\r\n")), "protocol-violation");
}

class StartTls : public testing::Test {
  protected:
    StartTls() { EXPECT_EQ(words(probe.start()), "receive"); }

    std::string hear(std::string_view bytes) { return words(action = probe.resume(bytes)); }

    ProbeConversation probe{"imap.example.com", Security::starttls};
    Action action;
};

TEST_F(StartTls, CapabilitiesAreAskedForUnderTlsWhateverWasSaidBefore) {
    EXPECT_EQ(hear("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\n"), "p1 STARTTLS\r\n");
    EXPECT_EQ(hear("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n"), "receive");
    EXPECT_EQ(hear("p1 OK begin\r\n"), "tls");
    EXPECT_EQ(words(probe.tls_started()), "p2 CAPABILITY\r\n");
    ASSERT_EQ(hear("* CAPABILITY IMAP4rev1 AUTH=LOGIN\r\np2 OK done\r\n"), "done");
    EXPECT_THAT(std::get<ProbeConversation::Done>(action).capabilities,
                ElementsAre("IMAP4REV1", "AUTH=LOGIN"));
}

TEST_F(StartTls, CapabilitiesOfBeforeDoNotStandInForNone) {
    hear("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n");
    hear("p1 OK begin\r\n");
    probe.tls_started();
    EXPECT_EQ(hear("p2 OK done\r\n"), "protocol-violation");
}

TEST_F(StartTls, ThatIsNotOfferedIsNotTried) {
    EXPECT_EQ(hear("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"),
              "tls-failed starttls_unavailable");
}

TEST_F(StartTls, ThatIsRefusedIsNoTls) {
    EXPECT_EQ(hear("* OK ready\r\n"), "p1 STARTTLS\r\n");
    EXPECT_EQ(hear("p1 NO not here\r\n"), "tls-failed starttls_refused");
}

TEST_F(StartTls, BytesBehindItsAnswerAreAnAttack) {
    hear("* OK ready\r\n");
    EXPECT_EQ(hear("p1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"),
              "tls-failed starttls_injection");
}

TEST_F(StartTls, BytesBehindItsAnswerNeedNoWholeLine) {
    hear("* OK ready\r\n");
    EXPECT_EQ(hear("p1 OK begin\r\nx"), "tls-failed starttls_injection");
}

TEST_F(StartTls, PreauthInTheClearIsAnAttack) {
    EXPECT_EQ(hear("* PREAUTH ready\r\n"), "protocol-violation");
}

TEST(OfferedAuth, IsWhatTheServerTakes) {
    using enum AuthMethod;
    EXPECT_THAT(offered_auth({"IMAP4REV1"}), ElementsAre(password));
    EXPECT_THAT(offered_auth({"IMAP4REV1", "LOGINDISABLED"}), IsEmpty());
    EXPECT_THAT(offered_auth({"IMAP4REV1", "LOGINDISABLED", "AUTH=GSSAPI"}), IsEmpty());
    EXPECT_THAT(offered_auth({"IMAP4REV1", "LOGINDISABLED", "AUTH=LOGIN"}), ElementsAre(password));
    EXPECT_THAT(offered_auth({"IMAP4REV1", "LOGINDISABLED", "AUTH=PLAIN", "AUTH=OAUTHBEARER",
                              "AUTH=XOAUTH2"}),
                ElementsAre(password, xoauth2, oauthbearer));
}

}  // namespace
}  // namespace gatepost::discovery
