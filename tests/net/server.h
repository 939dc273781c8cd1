// Servers within the test's own event loop: what a peer does is a coroutine over its connection, in
// the clear or under TLS by asio::ssl, which is none of what is tested.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "certificates.h"

namespace gatepost::net {

/// Accepts on a free port of 127.0.0.1, or where it is told, as long as it lives, and plays its
/// part with each connection.
class Server {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    using Part = std::function<boost::asio::awaitable<void>(Socket)>;

    Server(boost::asio::io_context& context, Part part,
           boost::asio::ip::tcp::endpoint endpoint = {boost::asio::ip::address_v4::loopback(), 0});

    ~Server() { state_->acceptor.close(); }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const {
        return state_->acceptor.local_endpoint();
    }
    [[nodiscard]] std::uint16_t port() const { return endpoint().port(); }
    [[nodiscard]] int connections() const { return state_->connections; }

  private:
    struct State {
        boost::asio::ip::tcp::acceptor acceptor;
        Part part;
        int connections = 0;
    };
    static boost::asio::awaitable<void> accept_all(std::shared_ptr<State> state);

    // Shared with the coroutine that accepts, which ends after it is closed.
    std::shared_ptr<State> state_;
};

using TlsConnection = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
using TlsPart = std::function<boost::asio::awaitable<void>(TlsConnection&)>;

struct TlsOptions {
    int min_version = TLS1_2_VERSION;
    int max_version = TLS1_3_VERSION;
    int tickets = 2;
};

/// The part of a server that makes its connections secure first.
Server::Part with_tls(const Certificate& certificate, TlsPart part, TlsOptions options = {});

/// Parts to play.
boost::asio::awaitable<void> echo(TlsConnection& connection);
boost::asio::awaitable<void> greet_and_wait(TlsConnection& connection);
boost::asio::awaitable<void> shut_down(TlsConnection& connection);
boost::asio::awaitable<void> hang_up(TlsConnection& connection);
boost::asio::awaitable<void> wait_for_end(TlsConnection& connection);

inline constexpr std::string_view greeting = "* OK ready\r\n";

}  // namespace gatepost::net
