// Streams against real TLS servers.
#include "net/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <numeric>

#include "certificates.h"
#include "event_loop.h"
#include "net/deadline.h"
#include "server.h"

namespace gatepost::net {
namespace {

using boost::asio::ip::tcp;

constexpr auto host = "imap.example.com";

class Streams : public testing::Test {
  protected:
    static void SetUpTestSuite() { authority = new CertificateAuthority("Streams"); }
    static void TearDownTestSuite() {
        delete authority;
        authority = nullptr;
    }

    Stream connect(const Server& server) {
        tcp::socket socket(loop.context);
        socket.connect(server.endpoint());
        return Stream(std::move(socket));
    }

    Result<void> start_tls(Stream& stream, const std::string& name = host) {
        return loop.run(stream.start_tls(*tls, name));
    }

    Stream connect_with_tls(const Server& server) {
        Stream stream = connect(server);
        const auto started = start_tls(stream);
        EXPECT_TRUE(started) << started.error().detail;
        return stream;
    }

    Result<std::string> read(Stream& stream) {
        std::string buffer(1 << 16, 0);
        auto size = loop.run(stream.read_some(buffer));
        if (!size) return std::move(size).error();
        buffer.resize(*size);
        return buffer;
    }

    static inline CertificateAuthority* authority = nullptr;
    EventLoop loop;
    std::unique_ptr<TlsContext> tls = std::move(*TlsContext::make(authority->file()));
};

// ---- Handshakes.

using Handshake = Streams;

TEST_F(Handshake, IsTls13WhereTheServerCan) {
    const Server server(loop.context, with_tls(authority->issue(host), greet_and_wait));
    Stream stream = connect(server);
    EXPECT_FALSE(stream.is_tls());
    EXPECT_EQ(stream.tls_version(), "");
    ASSERT_TRUE(start_tls(stream));
    EXPECT_TRUE(stream.is_tls());
    EXPECT_EQ(stream.tls_version(), "TLSv1.3");
    EXPECT_EQ(*read(stream), greeting);
}

TEST_F(Handshake, IsTls12WhereTheServerCanDoNoMore) {
    const Server server(loop.context, with_tls(authority->issue(host), greet_and_wait,
                                               {.max_version = TLS1_2_VERSION}));
    EXPECT_EQ(connect_with_tls(server).tls_version(), "TLSv1.2");
}

TEST_F(Handshake, OlderVersionsAreRefused) {
    const Server server(loop.context,
                        with_tls(authority->issue(host), wait_for_end,
                                 {.min_version = TLS1_VERSION, .max_version = TLS1_1_VERSION}));
    Stream stream = connect(server);
    const auto started = start_tls(stream);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ProblemKind::tls_failed);
    EXPECT_EQ(started.error().fact("reason"), "version");
    EXPECT_EQ(started.error().fact("host"), host);
}

TEST_F(Handshake, CertificateThatCannotBeTrustedIsRefusedWithTheReason) {
    const CertificateAuthority stranger("Stranger");
    const struct {
        Certificate certificate;
        std::string_view reason;
    } cases[] = {
        {authority->issue(host, {-10, -1}), "expired"},
        {authority->issue(host, {1, 10}), "not_yet_valid"},
        {authority->issue("other.example.com"), "hostname"},
        {authority->issue("example.com"), "hostname"},
        {CertificateAuthority::self_signed(host), "untrusted"},
        {stranger.issue(host), "untrusted"},
        {authority->issue(host, {}, "clientAuth"), "untrusted"},
    };
    for (const auto& bad : cases) {
        const Server server(loop.context, with_tls(bad.certificate, wait_for_end));
        Stream stream = connect(server);
        const auto started = start_tls(stream);
        ASSERT_FALSE(started) << bad.reason;
        EXPECT_EQ(started.error().kind, ProblemKind::tls_failed);
        EXPECT_EQ(started.error().fact("reason"), bad.reason) << started.error().detail;
        EXPECT_EQ(started.error().fact("host"), host);
        EXPECT_THAT(started.error().detail, testing::HasSubstr(host));
    }
}

TEST_F(Handshake, WildcardStandsForOneWholeLabelOnly) {
    const Server server(loop.context, with_tls(authority->issue("*.example.com"), wait_for_end));
    Stream one_label = connect(server);
    EXPECT_TRUE(start_tls(one_label, "imap.example.com"));
    Stream two_labels = connect(server);
    EXPECT_EQ(start_tls(two_labels, "a.imap.example.com").error().fact("reason"), "hostname");
    const Server partial(loop.context, with_tls(authority->issue("i*.example.com"), wait_for_end));
    Stream part_of_label = connect(partial);
    EXPECT_EQ(start_tls(part_of_label).error().fact("reason"), "hostname");
}

boost::asio::awaitable<void> greet_in_the_clear(tcp::socket socket) {
    co_await boost::asio::async_write(socket, boost::asio::buffer(greeting),
                                      boost::asio::use_awaitable);
    char byte = 0;
    co_await socket.async_read_some(boost::asio::buffer(&byte, 1), boost::asio::use_awaitable);
    co_await socket.async_wait(tcp::socket::wait_error, boost::asio::use_awaitable);
}

TEST_F(Handshake, ServerInTheClearIsToldApart) {
    const Server server(loop.context, greet_in_the_clear);
    Stream stream = connect(server);
    const auto started = start_tls(stream);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().fact("reason"), "handshake");
    EXPECT_THAT(started.error().detail, testing::HasSubstr("does not speak TLS"));
}

boost::asio::awaitable<void> hang_up_at_once(tcp::socket socket) {
    char byte = 0;
    co_await socket.async_read_some(boost::asio::buffer(&byte, 1), boost::asio::use_awaitable);
}

TEST_F(Handshake, ServerThatHangsUpIsToldApart) {
    const Server server(loop.context, hang_up_at_once);
    Stream stream = connect(server);
    const auto started = start_tls(stream);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ProblemKind::tls_failed);
    EXPECT_EQ(started.error().fact("reason"), "closed");
}

TEST_F(Handshake, NothingFollowsInTheClearWhenItFailed) {
    const Server server(loop.context, with_tls(authority->issue("other.example"), wait_for_end));
    Stream stream = connect(server);
    ASSERT_FALSE(start_tls(stream));
    EXPECT_FALSE(stream.is_open());
    EXPECT_EQ(loop.run(stream.write("secret")).error().kind, ProblemKind::cancelled);
}

boost::asio::awaitable<void> be_silent(tcp::socket socket) {
    co_await socket.async_wait(tcp::socket::wait_error, boost::asio::use_awaitable);
}

TEST_F(Handshake, SilentServerIsLeftAtTheDeadline) {
    const Server server(loop.context, be_silent);
    Stream stream = connect(server);
    const auto started =
        loop.run(within(Clock::now(), stream.start_tls(*tls, host), "The handshake"));
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ProblemKind::timed_out);
    EXPECT_FALSE(stream.is_open());
}

TEST_F(Handshake, NeedsAHostToCheckTheCertificateFor) {
    const Server server(loop.context, with_tls(authority->issue(host), wait_for_end));
    Stream stream = connect(server);
    EXPECT_FALSE(start_tls(stream, ""));
}

TEST(TlsContext, CaFileThatCannotBeReadIsNamed) {
    for (const char* file : {"/nonexistent/ca.pem", "/dev/null"}) {
        const auto made = TlsContext::make(file);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().kind, ProblemKind::configuration);
        EXPECT_THAT(made.error().detail, testing::HasSubstr(file));
    }
}

TEST(TlsContext, SystemsCasAreTheDefault) {
    EXPECT_TRUE(TlsContext::make(""));
}

// ---- Resumption.

class Resumption : public Streams, public testing::WithParamInterface<int> {};

TEST_P(Resumption, SecondConnectionIsResumed) {
    const Server server(loop.context, with_tls(authority->issue(host), greet_and_wait,
                                               {.max_version = GetParam()}));
    Stream first = connect_with_tls(server);
    EXPECT_FALSE(first.resumed());
    // The tickets of TLS 1.3 come with the first bytes.
    ASSERT_EQ(*read(first), greeting);
    first.close();
    Stream second = connect_with_tls(server);
    EXPECT_TRUE(second.resumed());
    ASSERT_EQ(*read(second), greeting);
    EXPECT_TRUE(connect_with_tls(server).resumed());
}

TEST_P(Resumption, WorksWhileTheFirstConnectionLives) {
    const Server server(loop.context, with_tls(authority->issue(host), greet_and_wait,
                                               {.max_version = GetParam()}));
    Stream first = connect_with_tls(server);
    ASSERT_EQ(*read(first), greeting);
    EXPECT_TRUE(connect_with_tls(server).resumed());
}

TEST_P(Resumption, IsForTheSameHostOnly) {
    const Server server(loop.context, with_tls(authority->issue(host), greet_and_wait,
                                               {.max_version = GetParam()}));
    Stream first = connect_with_tls(server);
    ASSERT_EQ(*read(first), greeting);
    Stream other = connect(server);
    const auto started = start_tls(other, "other.example.com");
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().fact("reason"), "hostname");
}

TEST_P(Resumption, ServerThatForgotItsTicketsIsVerifiedAnew) {
    Stream first = [&] {
        const Server server(loop.context, with_tls(authority->issue(host), greet_and_wait,
                                                   {.max_version = GetParam()}));
        return connect_with_tls(server);
    }();
    ASSERT_EQ(*read(first), greeting);
    const Server good(loop.context, with_tls(authority->issue(host), greet_and_wait,
                                             {.max_version = GetParam()}));
    Stream second = connect_with_tls(good);
    EXPECT_FALSE(second.resumed());
    ASSERT_EQ(*read(second), greeting);
    const Server bad(loop.context, with_tls(CertificateAuthority::self_signed(host), greet_and_wait,
                                            {.max_version = GetParam()}));
    Stream third = connect(bad);
    EXPECT_EQ(start_tls(third).error().fact("reason"), "untrusted");
}

INSTANTIATE_TEST_SUITE_P(Versions, Resumption, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                             return version.param == TLS1_3_VERSION ? "Tls13" : "Tls12";
                         });

TEST_F(Streams, TicketOfTls13IsUsedOnce) {
    const Server server(loop.context,
                        with_tls(authority->issue(host), greet_and_wait, {.tickets = 1}));
    Stream first = connect_with_tls(server);
    ASSERT_EQ(*read(first), greeting);
    // The second one's own ticket is not read yet when the third comes.
    Stream second = connect_with_tls(server);
    EXPECT_TRUE(second.resumed());
    EXPECT_FALSE(connect_with_tls(server).resumed());
}

// ---- Bytes.

std::string many_bytes() {
    std::string bytes(1'000'000, 0);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(i * 7919 >> 3);
    return bytes;
}

boost::asio::awaitable<std::string> read_exactly(Stream& stream, std::size_t size) {
    std::string all;
    std::string buffer(1 << 15, 0);
    while (all.size() < size) {
        auto some = co_await stream.read_some(buffer);
        if (!some || *some == 0) break;
        all.append(buffer, 0, *some);
    }
    co_return all;
}

// First all of it in, then all of it out: both directions fill up.
boost::asio::awaitable<void> take_all_then_return_it(TlsConnection& connection) {
    std::string all(many_bytes().size(), 0);
    co_await boost::asio::async_read(connection, boost::asio::buffer(all),
                                     boost::asio::use_awaitable);
    co_await boost::asio::async_write(connection, boost::asio::buffer(all),
                                      boost::asio::use_awaitable);
    co_await wait_for_end(connection);
}

TEST_F(Streams, CarryMoreThanBuffersHold) {
    const Server server(loop.context, with_tls(authority->issue(host), take_all_then_return_it));
    Stream stream = connect_with_tls(server);
    const std::string bytes = many_bytes();
    ASSERT_TRUE(loop.run(stream.write(bytes)));
    EXPECT_EQ(loop.run(read_exactly(stream, bytes.size())), bytes);
}

TEST_F(Streams, OrderlyEndIsNoProblem) {
    const Server server(loop.context, with_tls(authority->issue(host), shut_down));
    Stream stream = connect_with_tls(server);
    EXPECT_EQ(*read(stream), "");
}

TEST_F(Streams, EndWithoutCloseNotifyIsOne) {
    const Server server(loop.context, with_tls(authority->issue(host), hang_up));
    Stream stream = connect_with_tls(server);
    const auto bytes = read(stream);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().kind, ProblemKind::cannot_connect);
    EXPECT_EQ(bytes.error().fact("reason"), "closed");
}

boost::asio::awaitable<void> echo_in_the_clear(tcp::socket socket) {
    std::string buffer(1 << 10, 0);
    for (;;) {
        const std::size_t size = co_await socket.async_read_some(boost::asio::buffer(buffer),
                                                                 boost::asio::use_awaitable);
        co_await boost::asio::async_write(socket, boost::asio::buffer(buffer.data(), size),
                                          boost::asio::use_awaitable);
    }
}

TEST_F(Streams, CarryBytesInTheClearToo) {
    const Server server(loop.context, echo_in_the_clear);
    Stream stream = connect(server);
    ASSERT_TRUE(loop.run(stream.write("a1 NOOP\r\n")));
    EXPECT_EQ(*read(stream), "a1 NOOP\r\n");
}

boost::asio::awaitable<void> reset(tcp::socket socket) {
    socket.set_option(boost::asio::socket_base::linger(true, 0));
    socket.close();
    co_return;
}

TEST_F(Streams, ResetIsAProblem) {
    const Server server(loop.context, reset);
    Stream stream = connect(server);
    const auto bytes = read(stream);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().fact("reason"), "closed");
}

// The default action of SIGPIPE would end the test's process.
boost::asio::awaitable<Result<void>> write_until_it_fails(Stream& stream) {
    for (;;) {
        auto written = co_await stream.write("more");
        if (!written) co_return written;
    }
}

TEST_F(Streams, WritingToAPeerThatHasGoneRaisesNoSignal) {
    const Server clear(loop.context, reset);
    Stream in_the_clear = connect(clear);
    EXPECT_EQ(loop.run(write_until_it_fails(in_the_clear)).error().kind,
              ProblemKind::cannot_connect);
    const Server server(loop.context, with_tls(authority->issue(host), hang_up));
    Stream under_tls = connect_with_tls(server);
    EXPECT_EQ(loop.run(write_until_it_fails(under_tls)).error().kind, ProblemKind::cannot_connect);
}

TEST_F(Streams, WaitingForBytesEndsWhenTheyAreDecryptedAlready) {
    const Server server(loop.context, with_tls(authority->issue(host), greet_and_wait));
    Stream stream = connect_with_tls(server);
    char first = 0;
    ASSERT_EQ(*loop.run(stream.read_some({&first, 1})), 1U);
    // Nothing more comes from the socket.
    EXPECT_TRUE(loop.run(stream.wait_readable()));
}

TEST_F(Streams, WhatCanBeDoneAtOnceIsToldWithoutWaiting) {
    const Server server(loop.context, with_tls(authority->issue(host), echo));
    Stream stream = connect_with_tls(server);
    std::string buffer(100, 0);
    auto progress = stream.read_now(buffer);
    ASSERT_TRUE(progress);
    EXPECT_EQ(progress->bytes, 0U);
    EXPECT_TRUE(progress->wants_read);
    EXPECT_FALSE(progress->closed);
    EXPECT_EQ(stream.write_now("hello")->bytes, 5U);
    ASSERT_TRUE(loop.run(stream.wait_readable()));
    // Tickets may come before the bytes.
    EXPECT_EQ(loop.run(read_exactly(stream, 5)), "hello");
}

TEST_F(Streams, FullSocketIsToldWithoutWaiting) {
    const Server server(loop.context, be_silent);
    Stream stream = connect(server);
    const std::string bytes = many_bytes();
    auto progress = stream.write_now(bytes);
    while (progress && progress->bytes > 0)
        progress = stream.write_now(bytes);
    ASSERT_TRUE(progress);
    EXPECT_TRUE(progress->wants_write);
}

// ---- Ends.

TEST_F(Streams, CloseEndsAWait) {
    const Server server(loop.context, with_tls(authority->issue(host), wait_for_end));
    Stream stream = connect_with_tls(server);
    std::string buffer(100, 0);
    const auto reading = loop.start(stream.read_some(buffer));
    loop.settle();
    ASSERT_FALSE(reading->ended);
    stream.close();
    EXPECT_EQ(loop.finish(reading).error().kind, ProblemKind::cancelled);
    EXPECT_FALSE(stream.is_open());
    EXPECT_FALSE(stream.is_tls());
}

TEST_F(Streams, CloseAfterBytesHaveArrivedEndsTheReadToo) {
    const Server server(loop.context, with_tls(authority->issue(host), echo));
    Stream stream = connect_with_tls(server);
    std::string buffer(100, 0);
    const auto reading = loop.start(stream.read_some(buffer));
    ASSERT_TRUE(stream.write_now("hello"));
    loop.settle();
    stream.close();
    const auto read = loop.finish(reading);
    EXPECT_TRUE(read || read.error().kind == ProblemKind::cancelled);
}

TEST_F(Streams, CancellationEndsAWait) {
    const Server server(loop.context, with_tls(authority->issue(host), wait_for_end));
    Stream stream = connect_with_tls(server);
    std::string buffer(100, 0);
    const auto reading = loop.start(stream.read_some(buffer));
    loop.settle();
    reading->cancel();
    EXPECT_EQ(loop.finish(reading).error().kind, ProblemKind::cancelled);
    EXPECT_TRUE(stream.is_open());
}

boost::asio::awaitable<void> tell_end(TlsConnection& connection,
                                      std::shared_ptr<boost::system::error_code> end) {
    char byte = 0;
    const auto read = co_await connection.async_read_some(
        boost::asio::buffer(&byte, 1), boost::asio::as_tuple(boost::asio::use_awaitable));
    *end = std::get<0>(read);
}

TEST_F(Streams, CloseSaysGoodbyeToThePeer) {
    const auto end = std::make_shared<boost::system::error_code>();
    const Server server(loop.context, with_tls(authority->issue(host), [end](TlsConnection& c) {
                            return tell_end(c, end);
                        }));
    Stream stream = connect_with_tls(server);
    stream.close();
    loop.until([&] { return end->failed(); });
    EXPECT_EQ(*end, boost::asio::error::eof);
}

TEST_F(Streams, MovedStreamGoesOn) {
    const Server server(loop.context, with_tls(authority->issue(host), echo));
    Stream first = connect_with_tls(server);
    Stream second = std::move(first);
    ASSERT_TRUE(loop.run(second.write("hello")));
    EXPECT_EQ(*read(second), "hello");
    second = connect_with_tls(server);
    ASSERT_TRUE(loop.run(second.write("again")));
    EXPECT_EQ(*read(second), "again");
}

}  // namespace
}  // namespace gatepost::net
