#include "dns_server.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace gatepost::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

constexpr std::size_t max_message_bytes = 65535;

// The test's end is the server's.
void ignore_end(std::exception_ptr) {}

}  // namespace

struct PlayedDnsServer::State {
    using Shared = std::shared_ptr<State>;

    State(asio::io_context& context, Part its_part)
        : part(std::move(its_part)),
          acceptor(context, {asio::ip::address_v4::loopback(), 0}),
          socket(context, {asio::ip::address_v4::loopback(), acceptor.local_endpoint().port()}) {}

    Messages answers(const Bytes& query, Transport transport) {
        questions.push_back(DnsQuestion::of(query));
        return part(questions.back(), transport);
    }

    static asio::awaitable<void> serve_udp(Shared state);
    static asio::awaitable<void> serve_tcp(Shared state);
    static asio::awaitable<void> serve(Shared state, tcp::socket connection);

    Part part;
    tcp::acceptor acceptor;
    udp::socket socket;
    std::vector<DnsQuestion> questions;
};

PlayedDnsServer::PlayedDnsServer(asio::io_context& context, Part part)
    : state_(std::make_shared<State>(context, std::move(part))) {
    asio::co_spawn(context, State::serve_udp(state_), ignore_end);
    asio::co_spawn(context, State::serve_tcp(state_), ignore_end);
}

PlayedDnsServer::~PlayedDnsServer() {
    state_->socket.close();
    state_->acceptor.close();
}

std::string PlayedDnsServer::address() const {
    return "127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
}

const std::vector<DnsQuestion>& PlayedDnsServer::questions() const {
    return state_->questions;
}

asio::awaitable<void> PlayedDnsServer::State::serve_udp(Shared state) {
    Bytes buffer(max_message_bytes);
    for (;;) {
        udp::endpoint client;
        const std::size_t size = co_await state->socket.async_receive_from(
            asio::buffer(buffer), client, asio::use_awaitable);
        const Bytes query(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
        for (const Bytes& answer : state->answers(query, Transport::udp)) {
            state->socket.send_to(asio::buffer(answer), client);
        }
    }
}

asio::awaitable<void> PlayedDnsServer::State::serve_tcp(Shared state) {
    for (;;) {
        tcp::socket connection = co_await state->acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(connection.get_executor(), serve(state, std::move(connection)), ignore_end);
    }
}

asio::awaitable<void> PlayedDnsServer::State::serve(Shared state, tcp::socket connection) {
    for (;;) {
        Bytes size(2);
        co_await asio::async_read(connection, asio::buffer(size), asio::use_awaitable);
        Bytes query(static_cast<std::size_t>(size[0] << 8 | size[1]));
        co_await asio::async_read(connection, asio::buffer(query), asio::use_awaitable);
        for (const Bytes& answer : state->answers(query, Transport::tcp)) {
            if (answer.empty()) co_return;
            const Bytes framed = dns_number(static_cast<std::uint16_t>(answer.size())) + answer;
            co_await asio::async_write(connection, asio::buffer(framed), asio::use_awaitable);
        }
    }
}

Bytes answer_to(const DnsQuestion& question, std::vector<DnsRecord> records) {
    DnsAnswer answer;
    answer.id = question.id;
    answer.name = question.name;
    answer.type = question.type;
    answer.records = std::move(records);
    return answer.bytes();
}

}  // namespace gatepost::net
