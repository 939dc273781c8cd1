// The DNS servers of the configuration, checked where they are read, and how c-ares is told.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "core/result.h"

struct ares_channeldata;

namespace gatepost::net {

struct DnsServer {
    boost::asio::ip::address address;
    std::uint16_t port = 53;

    bool operator==(const DnsServer&) const = default;
};

/// "127.0.0.1:5301", "[::1]:53", "9.9.9.9", "::1". Fails with `configuration`, quoting the server.
Result<DnsServer> read_dns_server(const std::string& text);
Result<std::vector<DnsServer>> read_dns_servers(const std::vector<std::string>& texts);

/// Has the channel ask these, in this order.
void set_servers(ares_channeldata* channel, const std::vector<DnsServer>& servers);

}  // namespace gatepost::net
