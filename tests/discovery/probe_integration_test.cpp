// Probing real servers: Dovecot, the same behind bad certificates, a web server, and hosts where
// nobody answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "discovery/probe.h"
#include "net/cares_resolver.h"
#include "net/dialer.h"
#include "net/tls.h"
#include "tests/connector/steered_world.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

using testing::Contains;
using testing::HasSubstr;

// Only a test that fails waits for it.
constexpr std::chrono::seconds patience{30};
// For those who never answer.
constexpr std::chrono::milliseconds impatience{200};

constexpr std::uint16_t https_port = 443;

class RealServers : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new SteeredWorld;
        ASSERT_FALSE(world->dns_server().empty()) << "the world did not start";
    }

    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    RealServers() {
        tls = std::move(*net::TlsContext::make(world->ca_file()));
        net::ResolverOptions options;
        options.servers = {world->dns_server()};
        resolver = std::move(*net::CaresResolver::make(context.get_executor(), options));
    }

    Result<Capabilities> probe(const std::string& host, std::uint16_t port, Security security,
                               net::Clock::duration time = patience) {
        net::TcpDialer dialer(*resolver, egress);
        DialingProber prober(dialer, *tls, egress);
        std::optional<Result<Capabilities>> answer;
        asio::co_spawn(context, prober.probe(host, port, security, net::after(time)),
                       [&](std::exception_ptr thrown, Result<Capabilities> result) {
                           if (thrown) std::rethrow_exception(thrown);
                           answer = std::move(result);
                       });
        context.restart();
        context.run();
        return std::move(*answer);
    }

    static SteeredWorld* world;
    asio::io_context context;
    net::EgressPolicy egress = *net::EgressPolicy::make({"127.0.0.0/8"}, {143, 993, https_port});
    std::unique_ptr<net::TlsContext> tls;
    std::unique_ptr<net::CaresResolver> resolver;
};

SteeredWorld* RealServers::world = nullptr;

struct Place {
    std::uint16_t port;
    Security security;
};

constexpr std::array<Place, 2> usual_places{Place{993, Security::tls},
                                            Place{143, Security::starttls}};

TEST_F(RealServers, TellWhatTheyCanDoUnderTls) {
    for (const Place& place : usual_places) {
        const auto capabilities = probe("imap.provider.example", place.port, place.security);
        ASSERT_TRUE(capabilities) << capabilities.error().detail;
        EXPECT_THAT(*capabilities, Contains("IMAP4REV1"));
        EXPECT_THAT(offered_auth(*capabilities), Contains(AuthMethod::password));
    }
}

TEST_F(RealServers, UnderBadCertificatesAreNoneOnEitherPort) {
    const std::map<std::string, std::string> reasons{{"expired", "expired"},
                                                     {"wrong-name", "hostname"},
                                                     {"self-signed", "untrusted"},
                                                     {"unknown-ca", "untrusted"}};
    for (const auto& [host, reason] : reasons) {
        for (const Place& place : usual_places) {
            const auto refused = probe(host + ".provider.example", place.port, place.security);
            ASSERT_FALSE(refused) << host;
            EXPECT_EQ(refused.error().kind, ProblemKind::tls_failed) << host;
            EXPECT_EQ(refused.error().fact("reason"), reason) << host;
        }
    }
}

TEST_F(RealServers, ClosedPortIsToldAsRefused) {
    const auto refused = probe("closed.provider.example", 993, Security::tls);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::cannot_connect);
    EXPECT_EQ(refused.error().fact("reason"), "refused");
}

TEST_F(RealServers, NameThatDoesNotExistIsToldAsSuch) {
    const auto refused = probe("nobody.provider.example", 993, Security::tls);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::cannot_connect);
    EXPECT_EQ(refused.error().fact("reason"), "dns");
}

TEST_F(RealServers, BlackHoleTakesNoLongerThanIsAllowed) {
    const auto refused = probe("black-hole.provider.example", 993, Security::tls, impatience);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::timed_out);
}

// It has a good certificate, as the hosts of parked domains do.
TEST_F(RealServers, WebServerThatWaitsForAQuestionIsNoImapServer) {
    const auto refused =
        probe("autoconfig.autoconfig.example", https_port, Security::tls, impatience);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::timed_out);
}

TEST_F(RealServers, TlsServerIsNoServerForStarttlsNorTheOtherWayRound) {
    EXPECT_FALSE(probe("imap.provider.example", 993, Security::starttls, impatience));
    const auto refused = probe("imap.provider.example", 143, Security::tls);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::tls_failed);
}

TEST_F(RealServers, PortThatIsNotForImapIsNeverConnectedTo) {
    const auto refused = probe("imap.provider.example", 22, Security::tls);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::host_not_allowed);
    EXPECT_THAT(refused.error().detail, HasSubstr("22"));
}

TEST_F(RealServers, HostWithinTheMachineIsNeverConnectedToUnlessAllowed) {
    egress = *net::EgressPolicy::make({}, {143, 993});
    const auto refused = probe("imap.provider.example", 993, Security::tls);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ProblemKind::host_not_allowed);
}

}  // namespace
}  // namespace gatepost::discovery
