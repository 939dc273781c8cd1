#include "net/dns_servers.h"

#include <ares.h>

#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace gatepost::net {
namespace {

using boost::asio::ip::address;

Problem unreadable(const std::string& server) {
    return problem(ProblemKind::configuration,
                   "dns.servers: \"" + server +
                       "\" is no address of a DNS server; write it as \"9.9.9.9\", "
                       "\"127.0.0.1:5301\" or \"[::1]:53\".");
}

struct Parts {
    std::string_view address;
    std::optional<std::string_view> port;
};

// Where the address ends and the port begins; more than one colon without brackets is all address.
Parts split(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return {};
        const std::string_view rest = text.substr(end + 1);
        if (rest.empty()) return {text.substr(1, end - 1), std::nullopt};
        if (rest.front() != ':') return {};
        return {text.substr(1, end - 1), rest.substr(1)};
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon != text.rfind(':')) return {text, std::nullopt};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

}  // namespace

Result<DnsServer> read_dns_server(const std::string& text) {
    const Parts parts = split(text);
    DnsServer server;
    boost::system::error_code error;
    server.address = boost::asio::ip::make_address(std::string(parts.address), error);
    const bool scoped = server.address.is_v6() && server.address.to_v6().scope_id() != 0;
    if (error || scoped || (text.starts_with('[') && server.address.is_v4())) {
        return unreadable(text);
    }
    if (parts.port) {
        const auto port = port_of(*parts.port);
        if (!port) return unreadable(text);
        server.port = *port;
    }
    return server;
}

Result<std::vector<DnsServer>> read_dns_servers(const std::vector<std::string>& texts) {
    std::vector<DnsServer> servers;
    for (const std::string& text : texts) {
        auto server = read_dns_server(text);
        if (!server) return std::move(server).error();
        servers.push_back(std::move(*server));
    }
    return servers;
}

void set_servers(ares_channeldata* channel, const std::vector<DnsServer>& servers) {
    std::vector<ares_addr_port_node> nodes(servers.size());
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const address& from = servers[i].address;
        ares_addr_port_node& node = nodes[i];
        node.next = i + 1 < nodes.size() ? &nodes[i + 1] : nullptr;
        node.family = from.is_v4() ? AF_INET : AF_INET6;
        node.udp_port = node.tcp_port = servers[i].port;
        if (from.is_v4()) {
            std::memcpy(&node.addr, from.to_v4().to_bytes().data(), sizeof node.addr.addr4);
        } else {
            std::memcpy(&node.addr, from.to_v6().to_bytes().data(), sizeof node.addr.addr6);
        }
    }
    ares_set_servers_ports(channel, nodes.data());
}

}  // namespace gatepost::net
