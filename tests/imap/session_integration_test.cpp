// Sessions with a real Dovecot, over real TLS, resolved by real DNS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../connector/steered_world.h"
#include "imap/session.h"
#include "net/cares_resolver.h"
#include "net/dialer.h"
#include "net/tls.h"
#include "running.h"

namespace gatepost::imap {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view alice_password = "correct horse battery staple";
constexpr std::string_view zoe_password = "Zoë's \"quoted\" \\back\\ pässwörd {5}";

class RealSessions : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new SteeredWorld;
        ASSERT_FALSE(world->dns_server().empty()) << "the world did not start";
    }

    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    static net::EgressPolicy loopback() {
        return *net::EgressPolicy::make({"127.0.0.0/8"}, {143, 993});
    }

    static Settings at(std::string host, Security security = Security::tls) {
        Settings settings;
        settings.host = std::move(host);
        settings.security = security;
        settings.port = security == Security::tls ? 993 : 143;
        settings.username = "alice@village.example";
        return settings;
    }

    Result<std::unique_ptr<Session>> sign_in(Settings settings, std::string_view secret,
                                             AuthMethod method = AuthMethod::password) {
        Credential credential{method, Secret::copy_of(secret)};
        return run(context, Session::connect(dialer, *tls, std::move(settings),
                                             std::move(credential), net::after(patience)));
    }

    std::unique_ptr<Session> alice(Security security = Security::tls) {
        auto session = sign_in(at("imap.provider.example", security), alice_password);
        if (!session) ADD_FAILURE() << session.error().detail;
        return session ? std::move(*session) : nullptr;
    }

    /// Sends a command by hand, as a lease would, and gives all that comes up to its end.
    std::string say(Session& session, const std::string& command) {
        return run(context, talk(session, "t " + command + "\r\n"));
    }

    static asio::awaitable<std::string> talk(Session& session, std::string line) {
        auto sent = co_await session.stream().write(line);
        EXPECT_TRUE(sent);
        std::string received;
        std::array<char, 4096> buffer;
        while (received.find("\r\nt ") == std::string::npos && !received.starts_with("t ")) {
            const auto size = co_await session.stream().read_some(buffer);
            if (!size || *size == 0) break;
            received.append(buffer.data(), *size);
        }
        co_return received;
    }

    static inline SteeredWorld* world = nullptr;

    asio::io_context context;
    std::unique_ptr<net::TlsContext> tls = std::move(*net::TlsContext::make(world->ca_file()));
    std::unique_ptr<net::CaresResolver> resolver =
        std::move(*net::CaresResolver::make(context.get_executor(), {{world->dns_server()}}));
    net::EgressPolicy egress = loopback();
    net::TcpDialer dialer{*resolver, egress};
};

TEST_F(RealSessions, ASessionByTlsIsSignedInAndAnswers) {
    auto session = alice();
    ASSERT_TRUE(session);
    EXPECT_TRUE(session->has("IMAP4REV1"));
    EXPECT_TRUE(session->has("UNSELECT"));
    EXPECT_THAT(session->capabilities(), Not(Contains(HasSubstr("AUTH="))));
    EXPECT_TRUE(run(context, session->noop(net::after(patience))));
}

TEST_F(RealSessions, ASessionByStarttlsIsUnderTlsAndSignedIn) {
    auto session = alice(Security::starttls);
    ASSERT_TRUE(session);
    EXPECT_TRUE(session->stream().is_tls());
    EXPECT_TRUE(run(context, session->noop(net::after(patience))));
}

TEST_F(RealSessions, APasswordOfAnyCharactersSignsIn) {
    Settings settings = at("imap.provider.example");
    settings.username = "zoe@village.example";
    const auto session = sign_in(settings, zoe_password);
    EXPECT_TRUE(session) << session.error().detail;
}

TEST_F(RealSessions, AWrongPasswordIsRefusedWithTheProvidersWords) {
    const auto session = sign_in(at("imap.provider.example"), "wrong");
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(session.error().fact("host"), "imap.provider.example");
    EXPECT_EQ(session.error().fact("port"), "993");
    EXPECT_EQ(session.error().fact("provider_text"), "Authentication failed.");
}

struct BadHost {
    std::string_view host;
    ProblemKind kind;
    std::string_view reason;
};

class BadHosts : public RealSessions, public testing::WithParamInterface<BadHost> {};

TEST_P(BadHosts, AreToldApartByKindAndReason) {
    const auto session = sign_in(at(std::string(GetParam().host)), alice_password);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, GetParam().kind) << session.error().detail;
    EXPECT_EQ(session.error().fact("reason"), GetParam().reason);
    EXPECT_EQ(session.error().fact("host"), GetParam().host);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadHosts,
    testing::Values(BadHost{"expired.provider.example", ProblemKind::tls_failed, "expired"},
                    BadHost{"wrong-name.provider.example", ProblemKind::tls_failed, "hostname"},
                    BadHost{"self-signed.provider.example", ProblemKind::tls_failed, "untrusted"},
                    BadHost{"unknown-ca.provider.example", ProblemKind::tls_failed, "untrusted"},
                    BadHost{"closed.provider.example", ProblemKind::cannot_connect, "refused"},
                    BadHost{"nowhere.provider.example", ProblemKind::cannot_connect, "dns"}));

class TokenSessions : public RealSessions, public testing::WithParamInterface<AuthMethod> {
  protected:
    Result<std::unique_ptr<Session>> sign_in_with(const std::string& token) {
        return sign_in(at("tokens.provider.example"), token, GetParam());
    }
};

INSTANTIATE_TEST_SUITE_P(Mechanisms, TokenSessions,
                         testing::Values(AuthMethod::xoauth2, AuthMethod::oauthbearer));

TEST_P(TokenSessions, AreSignedInWithAnAccessToken) {
    const auto session = sign_in_with(world->token("alice@village.example", 60));
    ASSERT_TRUE(session) << session.error().detail;
    EXPECT_TRUE(run(context, (*session)->noop(net::after(patience))));
}

TEST_P(TokenSessions, AnExpiredTokenIsRefusedWithTheProvidersError) {
    const auto session = sign_in_with(world->token("alice@village.example", -60));
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(session.error().fact("provider_text"), "Authentication failed.");
    EXPECT_THAT(session.error().fact("provider_error"), HasSubstr("\"status\":"));
}

TEST_P(TokenSessions, ATokenOfSomebodyElseIsRefused) {
    const auto session = sign_in_with(world->token("zoe@village.example", 60));
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ProblemKind::sign_in_refused);
}

TEST_F(RealSessions, APasswordIsNotSentWhereOnlyTokensAreTaken) {
    const auto session = sign_in(at("tokens.provider.example"), alice_password);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ProblemKind::sign_in_refused);
    EXPECT_EQ(session.error().fact("reason"), "no_mechanism");
}

TEST_F(RealSessions, ATokenIsNotSentWhereOnlyPasswordsAreTakenT6) {
    const auto session = sign_in(at("imap.provider.example"), alice_password, AuthMethod::xoauth2);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().fact("reason"), "no_mechanism");
}

TEST_F(RealSessions, MailboxesAreListedWithNamesDelimiterAndSpecialUse) {
    auto session = alice();
    ASSERT_TRUE(session);
    const auto mailboxes = run(context, session->list_mailboxes(net::after(patience)));
    ASSERT_TRUE(mailboxes) << mailboxes.error().detail;
    EXPECT_THAT(*mailboxes, SizeIs(6));
    EXPECT_THAT(*mailboxes, Contains(Field(&Mailbox::name, "INBOX")));
    EXPECT_THAT(*mailboxes,
                Contains(AllOf(Field(&Mailbox::name, "Reisepläne"), Field(&Mailbox::delimiter, '.'),
                               Field(&Mailbox::flags, Contains("\\HasNoChildren")))));
    EXPECT_THAT(*mailboxes, Contains(AllOf(Field(&Mailbox::name, "Sent"),
                                           Field(&Mailbox::flags, Contains("\\Sent")))));
}

TEST_F(RealSessions, CleaningUnselectsAndKeepsMessagesMarkedAsDeleted) {
    auto session = alice();
    ASSERT_TRUE(session);
    say(*session, "SELECT INBOX");
    say(*session, "STORE 1 +FLAGS (\\Deleted)");
    EXPECT_TRUE(run(context, session->clean(net::after(patience))));
    EXPECT_THAT(say(*session, "CHECK"), HasSubstr("t BAD")) << "a mailbox is still selected";
    EXPECT_THAT(say(*session, "EXAMINE INBOX"), HasSubstr("* 3 EXISTS"));
}

TEST_F(RealSessions, CleaningWithNothingSelectedIsFine) {
    auto session = alice();
    ASSERT_TRUE(session);
    EXPECT_TRUE(run(context, session->clean(net::after(patience))));
    EXPECT_TRUE(run(context, session->noop(net::after(patience))));
}

TEST_F(RealSessions, ASessionThatTheServerEndsFailsItsNextOperation) {
    auto session = alice();
    ASSERT_TRUE(session);
    say(*session, "LOGOUT");
    const auto done = run(context, session->noop(net::after(patience)));
    EXPECT_FALSE(done);
}

TEST_F(RealSessions, LoggingOutClosesTheConnection) {
    auto session = alice();
    ASSERT_TRUE(session);
    run(context, session->logout(net::after(patience)));
    EXPECT_FALSE(session->stream().is_open());
}

TEST_F(RealSessions, SessionsWithTheSameServerShareTheirCapabilities) {
    const auto one = alice();
    const auto other = alice();
    ASSERT_TRUE(one && other);
    EXPECT_EQ(&one->capabilities(), &other->capabilities());
}

}  // namespace
}  // namespace gatepost::imap
