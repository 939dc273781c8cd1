// Discovery against a real DNS server and a real HTTPS server: the standard domains of tests/world,
// each of which can be found in the one way that its name says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "discovery/discovery.h"
#include "net/cares_resolver.h"
#include "net/dialer.h"
#include "net/tls.h"
#include "tests/connector/steered_world.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

class StandardDomains : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new SteeredWorld;
        ASSERT_FALSE(world->dns_server().empty()) << "the world did not start";
    }

    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    void SetUp() override {
        tls = std::move(*net::TlsContext::make(world->ca_file()));
        net::ResolverOptions options;
        options.servers = {world->dns_server()};
        resolver = std::move(*net::CaresResolver::make(context.get_executor(), options));
        dialer = std::make_unique<net::TcpDialer>(*resolver, egress);
        https = std::make_unique<net::DialingHttpsClient>(*dialer, *tls);
        prober = std::make_unique<DialingProber>(*dialer, *tls, egress);
        DiscoveryOptions discovery_options;
        discovery_options.ispdb_url.clear();
        discovery = std::make_unique<Discovery>(*resolver, *https, *prober, discovery_options);
    }

    Report discover(const std::string& address) {
        Report report;
        asio::co_spawn(context, discovery->discover(*parse_address(address)),
                       [&](std::exception_ptr thrown, Report found) {
                           if (thrown) std::rethrow_exception(thrown);
                           report = std::move(found);
                       });
        context.restart();
        context.run();
        return report;
    }

    static const Evidence& evidence(const Report& report, SourceKind source) {
        const auto found = std::ranges::find(report.evidence, source, &Evidence::source);
        if (found == report.evidence.end()) throw std::logic_error("no evidence of the source");
        return *found;
    }

    static SteeredWorld* world;
    asio::io_context context;
    net::EgressPolicy egress = *net::EgressPolicy::make({"127.0.0.0/8"}, {143, 993});
    std::unique_ptr<net::TlsContext> tls;
    std::unique_ptr<net::CaresResolver> resolver;
    std::unique_ptr<net::TcpDialer> dialer;
    std::unique_ptr<net::DialingHttpsClient> https;
    std::unique_ptr<DialingProber> prober;
    std::unique_ptr<Discovery> discovery;
};

SteeredWorld* StandardDomains::world = nullptr;

struct Expected {
    const char* domain;
    const char* host;
    std::uint16_t port;
    SourceKind source;
    bool proven;
};

void PrintTo(const Expected& expected, std::ostream* out) {
    *out << expected.domain;
}

class FoundDomain : public StandardDomains, public testing::WithParamInterface<Expected> {};

TEST_P(FoundDomain, IsFoundInItsOneWay) {
    const std::string address = std::string("alice@") + GetParam().domain;
    const Report report = discover(address);
    ASSERT_TRUE(report.found);
    EXPECT_EQ(report.settings.host, GetParam().host);
    EXPECT_EQ(report.settings.port, GetParam().port);
    EXPECT_EQ(report.settings.security,
              GetParam().port == 143 ? Security::starttls : Security::tls);
    EXPECT_EQ(report.settings.username, address);
    EXPECT_EQ(report.proven, GetParam().proven);
    ASSERT_TRUE(report.probe);
    const bool is_of_a_known_provider = report.settings.host == "imap.gmail.com";
    EXPECT_EQ(report.probe->outcome, is_of_a_known_provider ? Outcome::skipped : Outcome::found);
    const Evidence& found = evidence(report, GetParam().source);
    EXPECT_EQ(found.outcome, Outcome::found);
    EXPECT_EQ(found.detail.empty(), GetParam().proven && GetParam().source != SourceKind::mx)
        << found.detail;
}

INSTANTIATE_TEST_SUITE_P(
    World, FoundDomain,
    testing::Values(
        Expected{"autoconfig.example", "imap.provider.example", 993, SourceKind::autoconfig, true},
        Expected{"well-known.example", "imap.provider.example", 993, SourceKind::autoconfig, true},
        Expected{"srv.example", "imap.srv.example", 993, SourceKind::srv, true},
        Expected{"starttls.example", "imap.starttls.example", 143, SourceKind::srv, true},
        Expected{"srv-outside.example", "imap.provider.example", 993, SourceKind::srv, false},
        Expected{"mx.example", "imap.provider.example", 993, SourceKind::mx, false},
        Expected{"google-mx.example", "imap.gmail.com", 993, SourceKind::mx, true}));

class UnknownDomain : public StandardDomains, public testing::WithParamInterface<const char*> {};

TEST_P(UnknownDomain, IsNotFoundAndEverySourceSaysWhy) {
    const Report report = discover(std::string("alice@") + GetParam());
    EXPECT_FALSE(report.found);
    EXPECT_EQ(report.evidence.size(), 7U);
    for (const Evidence& each : report.evidence) {
        EXPECT_NE(each.outcome, Outcome::found);
        EXPECT_NE(each.outcome, Outcome::timed_out);
        EXPECT_FALSE(each.from.empty());
        EXPECT_FALSE(each.detail.empty()) << name_of(each.source);
    }
}

INSTANTIATE_TEST_SUITE_P(World, UnknownDomain,
                         testing::Values("html.example", "mx-unknown.example", "unknown.example"));

}  // namespace
}  // namespace gatepost::discovery
