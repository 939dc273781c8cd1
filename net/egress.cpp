#include "net/egress.h"

#include <algorithm>
#include <array>
#include <optional>

namespace gatepost::net {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;
using boost::asio::ip::network_v4;
using boost::asio::ip::network_v6;

// The IANA IPv4 Special-Purpose Address Registry, without those of its blocks that are reachable
// from everywhere, and the spaces that hold no unicast addresses.
const auto& special_v4() {
    static const std::array networks{
        network_v4(address_v4({0, 0, 0, 0}), 8),        // this network (RFC 791)
        network_v4(address_v4({10, 0, 0, 0}), 8),       // private (RFC 1918)
        network_v4(address_v4({100, 64, 0, 0}), 10),    // shared by carriers (RFC 6598)
        network_v4(address_v4({127, 0, 0, 0}), 8),      // loopback (RFC 1122)
        network_v4(address_v4({169, 254, 0, 0}), 16),   // link local, cloud metadata (RFC 3927)
        network_v4(address_v4({172, 16, 0, 0}), 12),    // private (RFC 1918)
        network_v4(address_v4({192, 0, 0, 0}), 24),     // protocol assignments (RFC 6890)
        network_v4(address_v4({192, 0, 2, 0}), 24),     // documentation (RFC 5737)
        network_v4(address_v4({192, 88, 99, 0}), 24),   // 6to4 relays, deprecated (RFC 7526)
        network_v4(address_v4({192, 168, 0, 0}), 16),   // private (RFC 1918)
        network_v4(address_v4({198, 18, 0, 0}), 15),    // benchmarking (RFC 2544)
        network_v4(address_v4({198, 51, 100, 0}), 24),  // documentation (RFC 5737)
        network_v4(address_v4({203, 0, 113, 0}), 24),   // documentation (RFC 5737)
        network_v4(address_v4({224, 0, 0, 0}), 4),      // multicast (RFC 5771)
        network_v4(address_v4({240, 0, 0, 0}), 4),      // reserved, broadcast (RFC 1112)
    };
    return networks;
}

// An IPv6 network by the beginning of its address.
network_v6 network6(std::initializer_list<unsigned char> beginning, unsigned short prefix_length) {
    address_v6::bytes_type bytes{};
    std::ranges::copy(beginning, bytes.begin());
    return {address_v6(bytes), prefix_length};
}

// All that IANA gives out as global unicast; what is special elsewhere needs no entry of its own.
const network_v6& global_unicast_v6() {
    static const network_v6 network = network6({0x20}, 3);
    return network;
}

// The IANA IPv6 Special-Purpose Address Registry, within global unicast.
const auto& special_v6() {
    static const std::array networks{
        network6({0x20, 0x01}, 23),              // protocol assignments, Teredo (RFC 2928, 4380)
        network6({0x20, 0x01, 0x0d, 0xb8}, 32),  // documentation (RFC 3849)
        network6({0x3f, 0xff}, 20),              // documentation (RFC 9637)
    };
    return networks;
}

bool contains(const network_v4& network, const address_v4& address) {
    return network_v4(address, network.prefix_length()).network() == network.network();
}

bool contains(const network_v6& network, const address_v6& address) {
    return network_v6(address, network.prefix_length()).network() == network.network();
}

template <class Networks, class Address>
bool any_contains(const Networks& networks, const Address& address) {
    return std::ranges::any_of(networks,
                               [&](const auto& network) { return contains(network, address); });
}

// Without the scope, which is no part of what networks say.
address_v6 without_scope(const address_v6& address) {
    return address_v6(address.to_bytes());
}

// The IPv4 address that packets to this IPv6 address end at.
std::optional<address_v4> embedded_v4(const address_v6& address) {
    static const network_v6 nat64 = network6({0x00, 0x64, 0xff, 0x9b}, 96);  // RFC 6052
    static const network_v6 six_to_four = network6({0x20, 0x02}, 16);        // RFC 3056
    const address_v6::bytes_type bytes = address.to_bytes();
    const auto four_bytes_at = [&](std::size_t i) {
        return address_v4({bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]});
    };
    if (address.is_v4_mapped() || contains(nat64, address)) return four_bytes_at(12);
    if (contains(six_to_four, address)) return four_bytes_at(2);
    return std::nullopt;
}

Problem unreadable(const std::string& network, const std::string& what_is_wrong) {
    return problem(ProblemKind::configuration,
                   "egress.allow: \"" + network + "\" " + what_is_wrong);
}

// Reads one family's network into its list.
template <class Network>
Result<void> add_network(const std::string& text, Network network, std::vector<Network>& networks) {
    if (network != network.canonical()) {
        return unreadable(text, "has bits set behind its prefix; write it as " +
                                    network.canonical().to_string() + ".");
    }
    networks.push_back(network);
    return {};
}

std::string listed(const std::vector<std::uint16_t>& ports) {
    std::string list;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        if (i > 0) list += i + 1 == ports.size() ? " and " : ", ";
        list += std::to_string(ports[i]);
    }
    return list.empty() ? "none" : list;
}

}  // namespace

Result<EgressPolicy> EgressPolicy::make(const std::vector<std::string>& allow,
                                        std::vector<std::uint16_t> imap_ports) {
    EgressPolicy policy;
    policy.imap_ports_ = std::move(imap_ports);
    for (const std::string& text : allow) {
        boost::system::error_code not_v4;
        boost::system::error_code not_v6;
        const network_v4 v4 = boost::asio::ip::make_network_v4(text, not_v4);
        const network_v6 v6 = boost::asio::ip::make_network_v6(text, not_v6);
        Result<void> added = unreadable(
            text, "is no network; write an address and a prefix length, as in \"10.1.0.0/16\".");
        if (!not_v4) {
            added = add_network(text, v4, policy.allowed_v4_);
        } else if (!not_v6 && v6.address().scope_id() == 0) {
            added = add_network(text, v6, policy.allowed_v6_);
        }
        if (!added) return std::move(added).error();
    }
    return policy;
}

bool EgressPolicy::allows(const address& address) const {
    if (address.is_v4()) {
        return any_contains(allowed_v4_, address.to_v4()) ||
               !any_contains(special_v4(), address.to_v4());
    }
    const address_v6 v6 = without_scope(address.to_v6());
    if (const auto v4 = embedded_v4(v6)) return allows(*v4);
    return any_contains(allowed_v6_, v6) ||
           (contains(global_unicast_v6(), v6) && !any_contains(special_v6(), v6));
}

Result<void> EgressPolicy::check_imap_port(std::uint16_t port) const {
    if (std::ranges::find(imap_ports_, port) != imap_ports_.end()) return {};
    return problem(ProblemKind::host_not_allowed,
                   "Port " + std::to_string(port) + " is not one of the ports for IMAP (" +
                       listed(imap_ports_) + "; egress.ports in the configuration).")
        .with("port", std::to_string(port));
}

}  // namespace gatepost::net
