// The way out, all of it, in a real world: names by Knot, addresses by the policy, TLS by Dovecot
// and an HTTPS server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../connector/steered_world.h"
#include "event_loop.h"
#include "net/cares_resolver.h"
#include "net/dialer.h"
#include "net/https.h"
#include "net/stream.h"

namespace gatepost::net {
namespace {

using boost::asio::ip::tcp;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr auto imap_host = "imap.provider.example";
constexpr std::uint16_t imaps_port = 993;

class TheWorld : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new SteeredWorld;
        ASSERT_FALSE(world->dns_server().empty()) << "the world did not start";
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    Result<tcp::socket> dial(const std::string& host, std::uint16_t port = imaps_port) {
        return loop.run(dialer.dial(host, port, far_off()));
    }

    Result<Stream> connect(const std::string& host) {
        auto socket = dial(host);
        if (!socket) return std::move(socket).error();
        Stream stream(std::move(*socket));
        auto secure = loop.run(stream.start_tls(*tls, host));
        if (!secure) return std::move(secure).error();
        return stream;
    }

    std::string read(Stream& stream) {
        std::string buffer(1 << 12, 0);
        const auto size = loop.run(stream.read_some(buffer));
        buffer.resize(size ? *size : 0);
        return buffer;
    }

    static inline SteeredWorld* world = nullptr;
    EventLoop loop;
    std::unique_ptr<CaresResolver> resolver = std::move(
        *CaresResolver::make(loop.context.get_executor(), {.servers = {world->dns_server()}}));
    EgressPolicy egress = *EgressPolicy::make({"127.0.0.0/8"}, {143, 993});
    TcpDialer dialer{*resolver, egress};
    std::unique_ptr<TlsContext> tls = std::move(*TlsContext::make(world->ca_file()));
    DialingHttpsClient https{dialer, *tls};
};

TEST_F(TheWorld, NamesAreLookedUp) {
    const auto addresses = loop.run(resolver->addresses(imap_host, far_off()));
    ASSERT_TRUE(addresses) << addresses.error().detail;
    EXPECT_THAT(addresses->records, SizeIs(1));
    EXPECT_EQ(addresses->ttl, std::chrono::seconds(60));
    const auto mx = loop.run(resolver->mx("mx.example", far_off()));
    ASSERT_TRUE(mx);
    EXPECT_THAT(mx->records, ElementsAre(Field(&MxRecord::host, "mx.provider.example")));
    const auto srv = loop.run(resolver->srv("_imaps._tcp.srv.example", far_off()));
    ASSERT_TRUE(srv);
    EXPECT_THAT(srv->records, ElementsAre(Field(&SrvRecord::target, "imap.srv.example")));
    const auto root = loop.run(resolver->srv("_imaps._tcp.starttls.example", far_off()));
    ASSERT_TRUE(root);
    EXPECT_THAT(root->records, ElementsAre(Field(&SrvRecord::target, "")));
}

TEST_F(TheWorld, NamesAndTypesThatDoNotExistAreEmptyAnswers) {
    const auto name = loop.run(resolver->addresses("nobody.nowhere.example", far_off()));
    ASSERT_TRUE(name) << name.error().detail;
    EXPECT_THAT(name->records, IsEmpty());
    const auto type = loop.run(resolver->mx("srv.example", far_off()));
    ASSERT_TRUE(type) << type.error().detail;
    EXPECT_THAT(type->records, IsEmpty());
}

TEST_F(TheWorld, MailServerIsReached) {
    auto stream = connect(imap_host);
    ASSERT_TRUE(stream) << stream.error().detail;
    EXPECT_THAT(read(*stream), StartsWith("* OK"));
    ASSERT_TRUE(loop.run(stream->write("a1 LOGOUT\r\n")));
    EXPECT_THAT(read(*stream), HasSubstr("BYE"));
}

TEST_F(TheWorld, BadCertificatesAreToldApart) {
    const std::pair<const char*, const char*> cases[] = {
        {"expired.provider.example", "expired"},
        {"wrong-name.provider.example", "hostname"},
        {"self-signed.provider.example", "untrusted"},
        {"unknown-ca.provider.example", "untrusted"},
    };
    for (const auto& [host, reason] : cases) {
        const auto stream = connect(host);
        ASSERT_FALSE(stream) << host;
        EXPECT_EQ(stream.error().kind, ProblemKind::tls_failed);
        EXPECT_EQ(stream.error().fact("reason"), reason) << stream.error().detail;
    }
}

TEST_F(TheWorld, HostsThatCannotBeReachedAreToldApart) {
    EXPECT_EQ(dial("closed.provider.example").error().fact("reason"), "refused");
    EXPECT_EQ(dial("no-such-host.provider.example").error().fact("reason"), "dns");
    const auto silent = loop.run(dialer.dial("black-hole.provider.example", imaps_port,
                                             after(std::chrono::milliseconds(200))));
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().fact("reason"), "timeout");
}

TEST_F(TheWorld, IsNotReachedWithoutTheOperatorsWord) {
    const EgressPolicy public_only = *EgressPolicy::make({}, {143, 993});
    TcpDialer strict(*resolver, public_only);
    const auto socket = loop.run(strict.dial(imap_host, imaps_port, far_off()));
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().kind, ProblemKind::host_not_allowed);
}

TEST_F(TheWorld, SettingsAreFetchedOverHttps) {
    const auto response = loop.run(https.send(
        {.url = "https://autoconfig.autoconfig.example/mail/config-v1.1.xml"}, {}, far_off()));
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->content_type, "text/xml");
    EXPECT_THAT(response->body, HasSubstr(imap_host));
    EXPECT_TRUE(response->all_https);
    EXPECT_EQ(loop.run(https.send({.url = "https://autoconfig.autoconfig.example/"}, {}, far_off()))
                  ->status,
              404);
}

}  // namespace
}  // namespace gatepost::net
