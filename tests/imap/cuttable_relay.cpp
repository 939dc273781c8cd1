#include "cuttable_relay.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

}  // namespace

CuttableRelay::CuttableRelay(tcp::endpoint provider)
    : provider_(provider),
      acceptor_(context_, tcp::endpoint(provider.address(), 0)),
      port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(context_, accept_all(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
}

CuttableRelay::~CuttableRelay() {
    context_.stop();
    thread_.join();
}

void CuttableRelay::reset() {
    asio::post(context_, [this] {
        for (const auto& weak : connections_) {
            const auto connection = weak.lock();
            if (!connection) continue;
            boost::system::error_code ignored;
            // With no time to linger a close is a RST.
            connection->client.set_option(asio::socket_base::linger(true, 0), ignored);
            connection->client.close(ignored);
            connection->provider.close(ignored);
        }
        connections_.clear();
    });
}

asio::awaitable<void> CuttableRelay::accept_all() {
    for (;;) {
        auto connection = std::make_shared<Connection>(context_);
        const auto [error] = co_await acceptor_.async_accept(connection->client, quietly);
        if (error) co_return;
        connections_.emplace_back(connection);
        asio::co_spawn(context_, carry(connection), asio::detached);
    }
}

asio::awaitable<void> CuttableRelay::carry(std::shared_ptr<Connection> connection) {
    const auto [error] = co_await connection->provider.async_connect(provider_, quietly);
    if (error) {
        connection->client.close();
        co_return;
    }
    asio::co_spawn(context_, pass(connection, connection->client, connection->provider),
                   asio::detached);
    asio::co_spawn(context_, pass(connection, connection->provider, connection->client),
                   asio::detached);
}

asio::awaitable<void> CuttableRelay::pass(std::shared_ptr<Connection> connection, Socket& from,
                                          Socket& to) {
    std::array<char, 16 << 10> bytes{};
    for (;;) {
        const auto [error, size] = co_await from.async_read_some(asio::buffer(bytes), quietly);
        co_await hold_up();
        if (error) break;
        const auto [failed, written] =
            co_await asio::async_write(to, asio::buffer(bytes.data(), size), quietly);
        if (failed || written != size) break;
    }
    boost::system::error_code ignored;
    connection->client.shutdown(tcp::socket::shutdown_both, ignored);
    connection->provider.shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<void> CuttableRelay::hold_up() {
    constexpr std::chrono::milliseconds looks_again{10};
    asio::steady_timer timer(context_, delay_.load());
    co_await timer.async_wait(quietly);
    while (is_silent_) {
        timer.expires_after(looks_again);
        co_await timer.async_wait(quietly);
    }
}

}  // namespace gatepost::imap
