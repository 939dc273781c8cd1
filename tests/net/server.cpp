#include "server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <vector>

namespace gatepost::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> play(Server::Part part, tcp::socket socket) {
    try {
        co_await part(std::move(socket));
    } catch (const boost::system::system_error&) {
        // The client hung up, or distrusts us.
    }
}

std::shared_ptr<asio::ssl::context> make_context(const Certificate& certificate,
                                                 TlsOptions options) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    // So that a test can offer what no client should take.
    SSL_CTX_set_security_level(native, 0);
    SSL_CTX_set_min_proto_version(native, options.min_version);
    SSL_CTX_set_max_proto_version(native, options.max_version);
    SSL_CTX_set_num_tickets(native, static_cast<std::size_t>(options.tickets));
    context->use_certificate_chain(asio::buffer(certificate.certificate));
    context->use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem);
    return context;
}

asio::awaitable<void> play_tls(std::shared_ptr<asio::ssl::context> context, TlsPart part,
                               tcp::socket socket) {
    TlsConnection connection(std::move(socket), *context);
    co_await connection.async_handshake(TlsConnection::server, asio::use_awaitable);
    co_await part(connection);
}

}  // namespace

Server::Server(asio::io_context& context, Part part, tcp::endpoint endpoint)
    : state_(std::make_shared<State>(State{tcp::acceptor(context, endpoint), std::move(part)})) {
    asio::co_spawn(context, accept_all(state_), asio::detached);
}

asio::awaitable<void> Server::accept_all(std::shared_ptr<State> state) {
    for (;;) {
        auto [error, socket] = co_await state->acceptor.async_accept(quietly);
        if (error) co_return;
        ++state->connections;
        socket.set_option(tcp::no_delay(true));
        asio::co_spawn(socket.get_executor(), play(state->part, std::move(socket)), asio::detached);
    }
}

Server::Part with_tls(const Certificate& certificate, TlsPart part, TlsOptions options) {
    return [context = make_context(certificate, options), part](tcp::socket socket) {
        return play_tls(context, part, std::move(socket));
    };
}

asio::awaitable<void> echo(TlsConnection& connection) {
    std::vector<char> buffer(1 << 16);
    for (;;) {
        const std::size_t size =
            co_await connection.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        co_await asio::async_write(connection, asio::buffer(buffer.data(), size),
                                   asio::use_awaitable);
    }
}

asio::awaitable<void> greet_and_wait(TlsConnection& connection) {
    co_await asio::async_write(connection, asio::buffer(greeting), asio::use_awaitable);
    co_await wait_for_end(connection);
}

asio::awaitable<void> shut_down(TlsConnection& connection) {
    co_await connection.async_shutdown(quietly);
}

asio::awaitable<void> hang_up(TlsConnection& connection) {
    connection.next_layer().close();
    co_return;
}

asio::awaitable<void> wait_for_end(TlsConnection& connection) {
    std::vector<char> buffer(1 << 10);
    co_await connection.async_read_some(asio::buffer(buffer), quietly);
}

}  // namespace gatepost::net
