// A DNS server within the test's own event loop, over UDP and TCP on one port of 127.0.0.1, that
// says what the test has it say.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dns_messages.h"

namespace gatepost::net {

using Messages = std::vector<Bytes>;

enum class Transport { udp, tcp };

class PlayedDnsServer {
  public:
    /// The messages that answer a question: none for silence. Over TCP an empty one closes the
    /// connection.
    using Part = std::function<Messages(const DnsQuestion&, Transport)>;

    PlayedDnsServer(boost::asio::io_context& context, Part part);
    ~PlayedDnsServer();
    PlayedDnsServer(const PlayedDnsServer&) = delete;
    PlayedDnsServer& operator=(const PlayedDnsServer&) = delete;

    /// "127.0.0.1:5301"
    [[nodiscard]] std::string address() const;
    [[nodiscard]] const std::vector<DnsQuestion>& questions() const;

  private:
    struct State;
    // Shared with the coroutines that serve, which end after it is closed.
    std::shared_ptr<State> state_;
};

/// An answer to the question with these records.
Bytes answer_to(const DnsQuestion& question, std::vector<DnsRecord> records);

}  // namespace gatepost::net
