// Dialling: from a host name and a port to a connected TCP socket. Resolves once, keeps the
// addresses that the egress policy allows, and connects to exactly those, racing them (RFC 8305).
#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/result.h"
#include "net/deadline.h"
#include "net/egress.h"
#include "net/resolver.h"

namespace gatepost::net {

class Dialer {
  public:
    virtual ~Dialer() = default;

    /// The socket notices by itself when its peer is gone without a word.
    /// Fails with cannot_connect (fact reason: dns, refused, timeout, unreachable),
    /// host_not_allowed (every address of the host is forbidden) or cancelled; facts host and port
    /// always.
    virtual boost::asio::awaitable<Result<boost::asio::ip::tcp::socket>> dial(
        std::string host, std::uint16_t port, Deadline deadline) = 0;
};

/// Both referenced objects outlive the dialer.
class TcpDialer final : public Dialer {
  public:
    TcpDialer(Resolver& resolver, const EgressPolicy& egress)
        : resolver_(resolver), egress_(egress) {}

    boost::asio::awaitable<Result<boost::asio::ip::tcp::socket>> dial(std::string host,
                                                                      std::uint16_t port,
                                                                      Deadline deadline) override;

  private:
    Resolver& resolver_;
    const EgressPolicy& egress_;
};

}  // namespace gatepost::net
