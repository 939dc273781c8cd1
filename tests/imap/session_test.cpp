// Sessions with providers that misbehave, over real connections and TLS. The names in brackets are
// rows of the catalogue of hostile servers.
#include "imap/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "running.h"
#include "scripted_provider.h"

namespace gatepost::imap {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string greeting = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n";
const std::string welcome = "G1 OK [CAPABILITY IMAP4rev1 UNSELECT] welcome\r\n";
const std::string welcome_without_unselect = "G1 OK [CAPABILITY IMAP4rev1] welcome\r\n";

// For what must end by its deadline: short, for the test waits for it.
constexpr std::chrono::milliseconds short_time{150};

class Sessions : public testing::Test {
  protected:
    Result<std::unique_ptr<Session>> connect(Script script, Security security = Security::tls,
                                             net::Clock::duration time = patience) {
        provider = std::make_unique<ScriptedProvider>(context, security, std::move(script));
        Settings settings;
        settings.host = scripted_host;
        settings.port = provider->port();
        settings.security = security;
        settings.username = "alice";
        Credential credential{AuthMethod::password, Secret::copy_of("sesame")};
        return run(context, Session::connect(dialer, *tls, std::move(settings),
                                             std::move(credential), net::after(time)));
    }

    Problem problem_of(Script script, Security security = Security::tls,
                       net::Clock::duration time = patience) {
        const auto session = connect(std::move(script), security, time);
        if (!session) return session.error();
        ADD_FAILURE() << "it signed in";
        return {};
    }

    /// A session with a provider that says so after the welcome.
    std::unique_ptr<Session> session(std::vector<std::string> says,
                                     Script::End end = Script::End::waits) {
        says.insert(says.begin(), greeting);
        auto connected = connect({std::move(says), end});
        if (!connected) ADD_FAILURE() << connected.error().detail;
        return connected ? std::move(*connected) : nullptr;
    }

    Result<void> noop(Session& session, net::Clock::duration time = patience) {
        return run(context, session.noop(net::after(time)));
    }

    Result<std::vector<Mailbox>> list(Session& session) {
        return run(context, session.list_mailboxes(net::after(patience)));
    }

    Result<void> clean(Session& session) {
        return run(context, session.clean(net::after(patience)));
    }

    asio::io_context context;
    std::unique_ptr<net::TlsContext> tls =
        std::move(*net::TlsContext::make(ScriptedProvider::authority().file()));
    LoopbackDialer dialer;
    std::unique_ptr<ScriptedProvider> provider;
};

std::string kind_of(const Problem& problem) {
    return std::string(name_of(problem.kind)) + " " + std::string(problem.fact("reason"));
}

// ---- Up to the sign-in.

TEST_F(Sessions, WithoutAGreetingItEndsAtTheDeadlineH1) {
    const Problem problem = problem_of({{""}}, Security::tls, short_time);
    EXPECT_EQ(problem.kind, ProblemKind::timed_out);
    EXPECT_EQ(problem.fact("host"), scripted_host);
    EXPECT_EQ(problem.fact("port"), std::to_string(provider->port()));
}

TEST_F(Sessions, WithADrippingGreetingItEndsAtTheSameDeadlineH2) {
    const Problem problem = problem_of({{"* OK "}, Script::End::drips}, Security::tls, short_time);
    EXPECT_EQ(problem.kind, ProblemKind::timed_out);
}

TEST_F(Sessions, AnEndlessLineIsRefusedH3) {
    for (const Security security : {Security::tls, Security::starttls}) {
        const Problem problem =
            problem_of({{std::string(4096, 'a')}, Script::End::repeats}, security);
        EXPECT_EQ(problem.kind, ProblemKind::protocol_violation);
    }
}

TEST_F(Sessions, AnEndlessStreamOfAlertsIsRefusedH5) {
    const Problem problem = problem_of({{greeting, "* OK [ALERT] Look\r\n"}, Script::End::repeats});
    EXPECT_EQ(problem.kind, ProblemKind::protocol_violation);
}

TEST_F(Sessions, AWrongTagIsRefusedH6) {
    EXPECT_EQ(problem_of({{greeting, "A7 OK welcome\r\n"}}).kind, ProblemKind::protocol_violation);
}

TEST_F(Sessions, ALiteralWhileSigningInIsRefusedAtOnceH8) {
    const Problem problem = problem_of({{greeting, "* LIST () NIL {4294967295}\r\n"}});
    EXPECT_EQ(problem.kind, ProblemKind::protocol_violation);
}

TEST_F(Sessions, AConnectionThatBreaksIsToldAsSuchH14) {
    EXPECT_EQ(kind_of(problem_of({{"* OK rea"}, Script::End::hangs_up})), "cannot-connect closed");
    EXPECT_EQ(kind_of(problem_of({{greeting, "* OK"}, Script::End::resets})),
              "cannot-connect closed");
    EXPECT_EQ(kind_of(problem_of({{""}, Script::End::resets}, Security::starttls)),
              "cannot-connect closed");
}

TEST_F(Sessions, PlaintextOnThePortForTlsGetsNoCredentialT5) {
    ScriptedProvider clear(context, Security::starttls, {{greeting, welcome}});
    Settings settings;
    settings.host = scripted_host;
    settings.port = clear.port();
    Credential credential{AuthMethod::password, Secret::copy_of("sesame")};
    const auto session =
        run(context,
            Session::connect(dialer, *tls, settings, std::move(credential), net::after(patience)));
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ProblemKind::tls_failed);
    EXPECT_THAT(clear.heard(), Not(testing::Contains(HasSubstr("AUTHENTICATE"))));
}

TEST_F(Sessions, BytesBehindTheAnswerToStarttlsEndItB1) {
    const Problem problem =
        problem_of({{"* OK ready\r\n", "G1 OK begin\r\n* OK [CAPABILITY IMAP4rev1] injected\r\n"}},
                   Security::starttls);
    EXPECT_EQ(kind_of(problem), "tls-failed starttls_injection");
    EXPECT_THAT(provider->heard(), ElementsAre("G1 STARTTLS"));
}

TEST_F(Sessions, HalfALineBehindTheAnswerToStarttlsEndsItB2) {
    const Problem problem =
        problem_of({{"* OK ready\r\n", "G1 OK begin\r\n*"}}, Security::starttls);
    EXPECT_EQ(kind_of(problem), "tls-failed starttls_injection");
}

TEST_F(Sessions, ACertificateThatNobodyVouchesForEndsItBeforeTheCredential) {
    tls = std::move(*net::TlsContext::make(net::CertificateAuthority("Other").file()));
    EXPECT_EQ(kind_of(problem_of({{greeting, welcome}})), "tls-failed untrusted");
    EXPECT_THAT(provider->heard(), IsEmpty());
}

TEST_F(Sessions, ThePasswordIsSentOnceAndNoMore) {
    const Problem problem = problem_of({{greeting, "G1 NO [AUTHENTICATIONFAILED] no\r\n"}});
    EXPECT_EQ(problem.kind, ProblemKind::sign_in_refused);
    EXPECT_THAT(provider->heard(), SizeIs(1));
}

// ---- Afterwards.

TEST_F(Sessions, ASignInThatIsAcceptedAndCutOffIsNoRefusalH16) {
    const auto signed_in = session({welcome}, Script::End::hangs_up);
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(kind_of(noop(*signed_in).error()), "cannot-connect closed");
}

TEST_F(Sessions, WhatHappensWhileIdleIsTakenInByTheNextCommandH17) {
    std::string news;
    for (int i = 0; i < 5'000; ++i)
        news += "* " + std::to_string(i) + " EXISTS\r\n";
    const auto signed_in = session({welcome, news + "S1 OK done\r\n"});
    ASSERT_TRUE(signed_in);
    EXPECT_TRUE(noop(*signed_in));
}

TEST_F(Sessions, AFloodWhileIdleIsCutOffH17) {
    const auto signed_in = session({welcome, "* 5 EXISTS\r\n"}, Script::End::repeats);
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(noop(*signed_in).error().kind, ProblemKind::protocol_violation);
}

TEST_F(Sessions, AnAnswerThatNeverComesEndsAtTheDeadline) {
    const auto signed_in = session({welcome, ""});
    ASSERT_TRUE(signed_in);
    const auto done = noop(*signed_in, short_time);
    EXPECT_EQ(done.error().kind, ProblemKind::timed_out);
    EXPECT_EQ(done.error().fact("host"), scripted_host);
}

TEST_F(Sessions, AByeEndsTheSessionWithTheProvidersWordsH15) {
    const auto signed_in = session({welcome, "* BYE Autologout\r\n"});
    ASSERT_TRUE(signed_in);
    const auto done = noop(*signed_in);
    EXPECT_EQ(done.error().kind, ProblemKind::provider_unavailable);
    EXPECT_EQ(done.error().fact("provider_text"), "Autologout");
}

TEST_F(Sessions, AContinuationOrAForeignTagEndsTheSessionH15) {
    for (const char* answer : {"+ go on\r\n", "S2 OK too early\r\n", "G1 OK again\r\n"}) {
        const auto signed_in = session({welcome, answer});
        ASSERT_TRUE(signed_in);
        EXPECT_EQ(noop(*signed_in).error().kind, ProblemKind::protocol_violation) << answer;
    }
}

TEST_F(Sessions, CapabilitiesThatChangeAfterTheSignInAreNotTakenOverH15) {
    const auto signed_in =
        session({welcome, "* CAPABILITY IMAP4rev1 IDLE\r\nS1 OK [CAPABILITY IMAP4rev1 X] done\r\n",
                 "* CAPABILITY (((\r\nS2 OK unselected\r\n"});
    ASSERT_TRUE(signed_in);
    EXPECT_TRUE(noop(*signed_in));
    EXPECT_TRUE(clean(*signed_in));
    EXPECT_EQ(provider->heard().back(), "S2 UNSELECT");
    EXPECT_THAT(signed_in->capabilities(), ElementsAre("IMAP4REV1", "UNSELECT"));
}

TEST_F(Sessions, AByeBehindTheAnswerEndsTheSession) {
    const auto signed_in = session({welcome, "S1 OK done\r\n* BYE Going down\r\n"});
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(noop(*signed_in).error().kind, ProblemKind::provider_unavailable);
}

TEST_F(Sessions, TheStreamIsBetweenResponsesAfterACommand) {
    const auto signed_in =
        session({welcome, "S1 OK done\r\n* 5 EXISTS\r\n* LIST () NIL {3}\r\na", "bc\r\n* 6 EX"});
    ASSERT_TRUE(signed_in);
    // The rest of the literal comes only when the provider hears another line.
    const auto done = noop(*signed_in, short_time);
    EXPECT_EQ(done.error().kind, ProblemKind::timed_out);
}

TEST_F(Sessions, MailboxesWithNamesInLiteralsAreListed) {
    const auto signed_in = session({welcome,
                                    "* LIST (\\Sent) \"/\" {7}\r\nSent a \r\n"
                                    "* 5 EXISTS\r\n"
                                    "* LIST () \"/\" \"a&not-utf7\"\r\n"
                                    "* LIST () \"/\" {2}\r\n\xff\x01\r\n"
                                    "S1 OK done\r\n"});
    ASSERT_TRUE(signed_in);
    const auto mailboxes = list(*signed_in);
    ASSERT_TRUE(mailboxes) << mailboxes.error().detail;
    ASSERT_THAT(*mailboxes, SizeIs(3));
    EXPECT_EQ(mailboxes->at(0).name, "Sent a ");
    EXPECT_EQ(mailboxes->at(1).name, "a&not-utf7");
    EXPECT_EQ(mailboxes->at(2).name, "\uFFFD ");
}

TEST_F(Sessions, AMalformedListEndsTheSession) {
    const auto signed_in = session({welcome, "* LIST (\\) \"/\" a\r\nS1 OK done\r\n"});
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(list(*signed_in).error().kind, ProblemKind::protocol_violation);
}

TEST_F(Sessions, ALiteralThatIsCutOffEndsTheSessionH9) {
    const auto signed_in =
        session({welcome, "* LIST () \"/\" {100}\r\nabc"}, Script::End::hangs_up);
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(kind_of(list(*signed_in).error()), "cannot-connect closed");
}

TEST_F(Sessions, AHugeLiteralIsRefusedBeforeItComesH10) {
    const auto signed_in = session({welcome, "* LIST () \"/\" {314572800}\r\n"});
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(list(*signed_in).error().kind, ProblemKind::protocol_violation);
}

TEST_F(Sessions, OfManyMailboxesTenThousandAreKeptH11) {
    std::string lines;
    for (int i = 0; i < 12'000; ++i)
        lines += "* LIST () \"/\" " + std::to_string(i) + "\r\n";
    const auto signed_in = session({welcome, lines + "S1 OK done\r\n"});
    ASSERT_TRUE(signed_in);
    const auto mailboxes = list(*signed_in);
    ASSERT_TRUE(mailboxes);
    EXPECT_THAT(*mailboxes, SizeIs(10'000));
}

TEST_F(Sessions, AListThatIsRefusedIsAProblem) {
    const auto signed_in = session({welcome, "S1 NO not now\r\n"});
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(list(*signed_in).error().kind, ProblemKind::provider_unavailable);
}

TEST_F(Sessions, CleaningUnselects) {
    for (const auto& [answer, cleaned] :
         {std::pair("S1 OK unselected\r\n", true), std::pair("S1 BAD nothing selected\r\n", true),
          std::pair("S1 NO still selected\r\n", false)}) {
        const auto signed_in = session({welcome, answer});
        ASSERT_TRUE(signed_in);
        EXPECT_EQ(clean(*signed_in).has_value(), cleaned) << answer;
        EXPECT_EQ(provider->heard().back(), "S1 UNSELECT");
    }
}

TEST_F(Sessions, CleaningWithoutUnselectExaminesWhatCannotExist) {
    for (const auto& [answer, cleaned] :
         {std::pair("S1 NO no such mailbox\r\n", true), std::pair("S1 BAD what?\r\n", false),
          std::pair("* 0 EXISTS\r\nS1 OK [READ-ONLY] here it is\r\n", false)}) {
        const auto signed_in = session({welcome_without_unselect, answer});
        ASSERT_TRUE(signed_in);
        EXPECT_EQ(clean(*signed_in).has_value(), cleaned) << answer;
        EXPECT_THAT(provider->heard().back(), HasSubstr("S1 EXAMINE"));
    }
}

TEST_F(Sessions, LoggingOutWaitsForNoAnswerBeyondItsDeadline) {
    const auto signed_in = session({welcome, ""});
    ASSERT_TRUE(signed_in);
    run(context, signed_in->logout(net::after(short_time)));
    EXPECT_THAT(provider->heard().back(), "S1 LOGOUT");
    EXPECT_FALSE(signed_in->stream().is_open());
}

}  // namespace
}  // namespace gatepost::imap
