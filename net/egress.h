// The egress policy: which addresses and ports Gatepost may open connections to. Asked with the
// very address that is about to be connected to, after DNS, so that no second look-up can change
// it. Immutable once made; used from every thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "core/result.h"

namespace gatepost::net {

class EgressPolicy {
  public:
    /// @param allow networks in CIDR notation that may be reached although they are not public
    /// @param imap_ports the ports that callers may name for IMAP
    /// Fails with `configuration`, quoting the network that cannot be read.
    static Result<EgressPolicy> make(const std::vector<std::string>& allow,
                                     std::vector<std::uint16_t> imap_ports);

    /// True for public unicast addresses (IANA special-purpose registries, RFC 6890) and the
    /// allowed networks. An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4) is judged itself.
    [[nodiscard]] bool allows(const boost::asio::ip::address& address) const;

    /// Fails with `host_not_allowed` unless callers may name this port for IMAP.
    [[nodiscard]] Result<void> check_imap_port(std::uint16_t port) const;

  private:
    std::vector<boost::asio::ip::network_v4> allowed_v4_;
    std::vector<boost::asio::ip::network_v6> allowed_v6_;
    std::vector<std::uint16_t> imap_ports_;
};

}  // namespace gatepost::net
