#include "scripted_provider.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Stage = std::shared_ptr<ScriptedProvider::Stage>;

constexpr std::chrono::milliseconds between_drips{5};

template <class Connection>
asio::awaitable<void> repeat(Connection& connection, std::string text,
                             std::chrono::milliseconds pause) {
    asio::steady_timer timer(connection.get_executor());
    while (true) {
        co_await asio::async_write(connection, asio::buffer(text), asio::use_awaitable);
        timer.expires_after(pause);
        if (pause.count() > 0) co_await timer.async_wait(asio::use_awaitable);
    }
}

template <class Connection>
asio::awaitable<void> say(Connection& connection, std::string text) {
    co_await asio::async_write(connection, asio::buffer(text), asio::use_awaitable);
}

template <class Connection>
asio::awaitable<void> end(Connection& connection, Script script) {
    auto& socket = connection.lowest_layer();
    if (script.end == Script::End::repeats) {
        co_await repeat(connection, script.says.back(), std::chrono::milliseconds(0));
    } else if (script.end == Script::End::drips) {
        co_await repeat(connection, "a", between_drips);
    } else if (script.end == Script::End::waits) {
        char ignored = 0;
        co_await connection.async_read_some(asio::buffer(&ignored, 1),
                                            asio::as_tuple(asio::use_awaitable));
    } else if (script.end == Script::End::resets) {
        socket.set_option(asio::socket_base::linger(true, 0));
    }
    socket.close();
}

template <class Connection>
asio::awaitable<void> follow(Connection& connection, Script script, Stage stage) {
    stage->say = [&connection](std::string text) { return say(connection, std::move(text)); };
    std::string received;
    for (std::size_t i = 0; i < script.says.size(); ++i) {
        if (i > 0) {
            const std::size_t size = co_await asio::async_read_until(
                connection, asio::dynamic_buffer(received), "\r\n", asio::use_awaitable);
            stage->heard.push_back(received.substr(0, size - 2));
            received.erase(0, size);
        }
        co_await asio::async_write(connection, asio::buffer(script.says[i]), asio::use_awaitable);
    }
    co_await end(connection, script);
}

asio::awaitable<void> follow_in_the_clear(tcp::socket socket, Script script, Stage stage) {
    co_await follow(socket, std::move(script), std::move(stage));
}

net::Server::Part part_of(Security security, const Script& script, const Stage& stage) {
    if (security == Security::starttls) {
        return [script, stage](tcp::socket socket) {
            return follow_in_the_clear(std::move(socket), script, stage);
        };
    }
    const auto certificate = ScriptedProvider::authority().issue(std::string(scripted_host));
    return net::with_tls(certificate, [script, stage](net::TlsConnection& connection) {
        return follow(connection, script, stage);
    });
}

}  // namespace

ScriptedProvider::ScriptedProvider(asio::io_context& context, Security security, Script script)
    : server_(context, part_of(security, script, stage_)) {}

const net::CertificateAuthority& ScriptedProvider::authority() {
    static const net::CertificateAuthority authority("Scripted");
    return authority;
}

asio::awaitable<Result<tcp::socket>> LoopbackDialer::dial(std::string /*host*/, std::uint16_t port,
                                                          net::Deadline /*deadline*/) {
    tcp::socket socket(co_await asio::this_coro::executor);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(endpoint, asio::use_awaitable);
    co_return std::move(socket);
}

}  // namespace gatepost::imap
