// The dialer with a played resolver and real sockets on loopback addresses.
#include "net/dialer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "event_loop.h"
#include "played_resolver.h"
#include "server.h"

namespace gatepost::net {
namespace {

using boost::asio::ip::make_address;
using boost::asio::ip::tcp;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto host = "imap.example.com";

boost::asio::awaitable<void> stay(tcp::socket socket) {
    co_await socket.async_wait(tcp::socket::wait_error, boost::asio::use_awaitable);
}

// A port whose connections are neither accepted nor refused: its queue is full.
class BlackHole {
  public:
    BlackHole(boost::asio::io_context& context, const tcp::endpoint& endpoint)
        : listener_(context, endpoint.protocol()) {
        listener_.set_option(tcp::acceptor::reuse_address(true));
        listener_.bind(endpoint);
        ::listen(listener_.native_handle(), 0);
        for (int i = 0; i < 3; ++i) {
            fillers_.emplace_back(context);
            fillers_.back().async_connect(listener_.local_endpoint(),
                                          [](const boost::system::error_code&) {});
        }
    }

  private:
    tcp::acceptor listener_;
    std::vector<tcp::socket> fillers_;
};

class Dialling : public testing::Test {
  protected:
    void resolve_to(const std::vector<std::string>& addresses) {
        resolver.answer(host, {PlayedResolver::found(addresses)});
    }

    Result<tcp::socket> dial(std::uint16_t port, const std::string& name = host,
                             Deadline deadline = far_off()) {
        return loop.run(dialer.dial(name, port, deadline));
    }

    // The server on another address, at the same port.
    static tcp::endpoint beside(const Server& server, const char* address) {
        return {make_address(address), server.port()};
    }

    static void expect_reason(const Result<tcp::socket>& dialled, std::string_view reason,
                              std::uint16_t port) {
        ASSERT_FALSE(dialled);
        EXPECT_EQ(dialled.error().kind, ProblemKind::cannot_connect);
        EXPECT_EQ(dialled.error().fact("reason"), reason) << dialled.error().detail;
        EXPECT_EQ(dialled.error().fact("host"), host);
        EXPECT_EQ(dialled.error().fact("port"), std::to_string(port));
        EXPECT_THAT(dialled.error().detail, HasSubstr(host));
    }

    EventLoop loop;
    PlayedResolver resolver;
    EgressPolicy egress = *EgressPolicy::make({"127.0.0.0/29", "2001:db8::/32"}, {993});
    TcpDialer dialer{resolver, egress};
    Server server{loop.context, stay};
};

TEST_F(Dialling, ConnectsToTheAddressOfTheName) {
    resolve_to({"127.0.0.1"});
    const auto socket = dial(server.port());
    ASSERT_TRUE(socket) << socket.error().detail;
    EXPECT_EQ(socket->remote_endpoint(), server.endpoint());
}

TEST_F(Dialling, ASocketNoticesThatItsPeerIsGoneWithoutAWord) {
    resolve_to({"127.0.0.1"});
    auto socket = dial(server.port());
    ASSERT_TRUE(socket) << socket.error().detail;
    boost::asio::socket_base::keep_alive keeps_asking;
    socket->get_option(keeps_asking);
    EXPECT_TRUE(keeps_asking.value());
    const auto option = [&](int name) {
        int value = 0;
        socklen_t size = sizeof value;
        ::getsockopt(socket->native_handle(), IPPROTO_TCP, name, &value, &size);
        return value;
    };
    const int unacknowledged_ms = option(TCP_USER_TIMEOUT);
    EXPECT_LE(unacknowledged_ms, 360'000);
    // One lost question must not be the end.
    EXPECT_GT(unacknowledged_ms, (option(TCP_KEEPIDLE) + 2 * option(TCP_KEEPINTVL)) * 1000);
}

TEST_F(Dialling, NamesThatAreNoneAreRefusedBeforeTheDns) {
    for (const char* name : {"", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "::1",
                             "[::1]", "localhost", "a b.example", "imap.example.com."}) {
        const auto dialled = dial(993, name);
        ASSERT_FALSE(dialled) << name;
        EXPECT_EQ(dialled.error().kind, ProblemKind::host_not_allowed);
        EXPECT_EQ(dialled.error().fact("host"), name);
        EXPECT_EQ(dialled.error().fact("port"), "993");
    }
    EXPECT_EQ(resolver.asked(), 0);
}

TEST_F(Dialling, NameWithoutAddressesIsToldAsDns) {
    resolve_to({});
    expect_reason(dial(993), "dns", 993);
}

TEST_F(Dialling, LookUpThatFailsOrTakesTooLongIsToldAsDns) {
    resolver.answer(
        host,
        {problem(ProblemKind::cannot_connect, "imap.example.com: SERVFAIL.").with("reason", "dns"),
         problem(ProblemKind::timed_out, "imap.example.com took too long.")});
    expect_reason(dial(993), "dns", 993);
    expect_reason(dial(993), "dns", 993);
}

TEST_F(Dialling, LookUpThatIsCancelledIsCancelled) {
    resolver.answer(host, {problem(ProblemKind::cancelled, "Cancelled.")});
    const auto dialled = dial(993);
    EXPECT_EQ(dialled.error().kind, ProblemKind::cancelled);
    EXPECT_EQ(dialled.error().fact("host"), host);
}

TEST_F(Dialling, HostOfForbiddenAddressesIsNotAllowed) {
    resolve_to({"127.0.0.99", "10.0.0.1", "::1", "::ffff:169.254.169.254"});
    const auto dialled = dial(server.port());
    ASSERT_FALSE(dialled);
    EXPECT_EQ(dialled.error().kind, ProblemKind::host_not_allowed);
    EXPECT_EQ(dialled.error().fact("host"), host);
    // What the network looks like inside is nobody's business.
    EXPECT_THAT(dialled.error().detail,
                AllOf(Not(HasSubstr("127.")), Not(HasSubstr("10.0")), Not(HasSubstr("169.254"))));
}

TEST_F(Dialling, ForbiddenAddressesAreNotTriedBesideAllowedOnes) {
    const Server inside(loop.context, stay, beside(server, "127.0.0.99"));
    resolve_to({"127.0.0.99", "::1", "127.0.0.1"});
    const auto socket = dial(server.port());
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->remote_endpoint().address().to_string(), "127.0.0.1");
    EXPECT_EQ(inside.connections(), 0);
}

TEST_F(Dialling, AddressThatWasCheckedIsTheOneThatIsConnectedTo) {
    const Server inside(loop.context, stay, beside(server, "127.0.0.99"));
    resolver.answer(host,
                    {PlayedResolver::found({"127.0.0.1"}), PlayedResolver::found({"127.0.0.99"})});
    const auto socket = dial(server.port());
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->remote_endpoint().address().to_string(), "127.0.0.1");
    EXPECT_EQ(resolver.asked(), 1);
    EXPECT_EQ(dial(server.port()).error().kind, ProblemKind::host_not_allowed);
    EXPECT_EQ(inside.connections(), 0);
}

TEST_F(Dialling, RefusedConnectionIsToldAsSuch) {
    resolve_to({"127.0.0.2"});
    expect_reason(dial(server.port()), "refused", server.port());
}

TEST_F(Dialling, NextAddressIsTriedWhereOneRefuses) {
    resolve_to({"127.0.0.2", "127.0.0.3", "127.0.0.1"});
    EXPECT_TRUE(dial(server.port()));
}

TEST_F(Dialling, NextAddressIsTriedWhereOneIsSilent) {
    const BlackHole hole(loop.context, beside(server, "127.0.0.2"));
    loop.settle();
    resolve_to({"127.0.0.2", "127.0.0.1"});
    const auto socket = dial(server.port());
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->remote_endpoint(), server.endpoint());
}

TEST_F(Dialling, FamilyThatThisMachineHasNotDoesNotHinderTheOther) {
    // Nobody has an address for documentation.
    resolve_to({"2001:db8::1", "127.0.0.1"});
    const auto socket = dial(server.port());
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->remote_endpoint(), server.endpoint());
}

TEST_F(Dialling, SilentHostIsLeftAtTheDeadline) {
    const BlackHole hole(loop.context, beside(server, "127.0.0.2"));
    loop.settle();
    resolve_to({"127.0.0.2"});
    expect_reason(dial(server.port(), host, Clock::now()), "timeout", server.port());
}

TEST_F(Dialling, CancellationEndsIt) {
    const BlackHole hole(loop.context, beside(server, "127.0.0.2"));
    loop.settle();
    resolve_to({"127.0.0.2"});
    const auto dialling = loop.start(dialer.dial(host, server.port(), far_off()));
    loop.settle();
    ASSERT_FALSE(dialling->ended);
    dialling->cancel();
    const auto dialled = loop.finish(dialling);
    EXPECT_EQ(dialled.error().kind, ProblemKind::cancelled);
    EXPECT_EQ(dialled.error().fact("host"), host);
    EXPECT_EQ(dialled.error().fact("port"), std::to_string(server.port()));
}

}  // namespace
}  // namespace gatepost::net
