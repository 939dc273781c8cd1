#include "dns_server.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
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

PlayedDnsServer::PlayedDnsServer(asio::io_context& context, Part part)
    : part_(std::move(part)),
      tcp_(context, {asio::ip::address_v4::loopback(), 0}),
      udp_(context, {asio::ip::address_v4::loopback(), tcp_.local_endpoint().port()}) {
    asio::co_spawn(context, serve_udp(), ignore_end);
    asio::co_spawn(context, serve_tcp(), ignore_end);
}

std::string PlayedDnsServer::address() const {
    return "127.0.0.1:" + std::to_string(tcp_.local_endpoint().port());
}

asio::awaitable<void> PlayedDnsServer::serve_udp() {
    Bytes buffer(max_message_bytes);
    for (;;) {
        udp::endpoint client;
        const std::size_t size =
            co_await udp_.async_receive_from(asio::buffer(buffer), client, asio::use_awaitable);
        const Bytes query(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
        for (const Bytes& answer : answers(query, Transport::udp)) {
            udp_.send_to(asio::buffer(answer), client);
        }
    }
}

asio::awaitable<void> PlayedDnsServer::serve_tcp() {
    for (;;) {
        tcp::socket connection = co_await tcp_.async_accept(asio::use_awaitable);
        asio::co_spawn(connection.get_executor(), serve(std::move(connection)), ignore_end);
    }
}

asio::awaitable<void> PlayedDnsServer::serve(tcp::socket connection) {
    for (;;) {
        Bytes size(2);
        co_await asio::async_read(connection, asio::buffer(size), asio::use_awaitable);
        Bytes query(static_cast<std::size_t>(size[0] << 8 | size[1]));
        co_await asio::async_read(connection, asio::buffer(query), asio::use_awaitable);
        for (const Bytes& answer : answers(query, Transport::tcp)) {
            const Bytes framed = dns_number(static_cast<std::uint16_t>(answer.size())) + answer;
            co_await asio::async_write(connection, asio::buffer(framed), asio::use_awaitable);
        }
    }
}

Messages PlayedDnsServer::answers(const Bytes& query, Transport transport) {
    questions_.push_back(DnsQuestion::of(query));
    return part_(questions_.back(), transport);
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
