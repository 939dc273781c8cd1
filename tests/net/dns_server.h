// A DNS server within the test's own event loop, over UDP and TCP on one port of 127.0.0.1, that
// says what the test has it say.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <functional>
#include <string>
#include <vector>

#include "dns_messages.h"

namespace gatepost::net {

using Messages = std::vector<Bytes>;

enum class Transport { udp, tcp };

class PlayedDnsServer {
  public:
    /// The messages that answer a question: none for silence.
    using Part = std::function<Messages(const DnsQuestion&, Transport)>;

    PlayedDnsServer(boost::asio::io_context& context, Part part);

    /// "127.0.0.1:5301"
    [[nodiscard]] std::string address() const;
    [[nodiscard]] const std::vector<DnsQuestion>& questions() const { return questions_; }

  private:
    boost::asio::awaitable<void> serve_udp();
    boost::asio::awaitable<void> serve_tcp();
    boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket connection);
    Messages answers(const Bytes& query, Transport transport);

    Part part_;
    boost::asio::ip::tcp::acceptor tcp_;
    boost::asio::ip::udp::socket udp_;
    std::vector<DnsQuestion> questions_;
};

/// An answer to the question with these records.
Bytes answer_to(const DnsQuestion& question, std::vector<DnsRecord> records);

}  // namespace gatepost::net
