#include "dns_messages.h"

#include <boost/asio/ip/address.hpp>

namespace gatepost::net {
namespace {

template <class Array>
Bytes as_bytes(const Array& array) {
    return {array.begin(), array.end()};
}

Bytes record_bytes(const DnsRecord& record) {
    constexpr std::uint16_t class_in = 1;
    return dns_name(record.owner) + dns_number(record.type) + dns_number(class_in) +
           dns_number(static_cast<std::uint16_t>(record.ttl >> 16)) +
           dns_number(static_cast<std::uint16_t>(record.ttl)) +
           dns_number(static_cast<std::uint16_t>(record.data.size())) + record.data;
}

std::uint16_t number_at(const Bytes& bytes, std::size_t offset) {
    return static_cast<std::uint16_t>(bytes.at(offset) << 8 | bytes.at(offset + 1));
}

}  // namespace

Bytes dns_name(std::string_view name) {
    Bytes bytes;
    while (!name.empty()) {
        const std::string_view label = name.substr(0, name.find('.'));
        bytes.push_back(static_cast<unsigned char>(label.size()));
        bytes.insert(bytes.end(), label.begin(), label.end());
        name.remove_prefix(std::min(name.size(), label.size() + 1));
    }
    bytes.push_back(0);
    return bytes;
}

Bytes dns_number(std::uint16_t number) {
    return {static_cast<unsigned char>(number >> 8), static_cast<unsigned char>(number)};
}

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

DnsRecord a_record(const std::string& owner, const std::string& address) {
    return {owner, a, as_bytes(boost::asio::ip::make_address_v4(address).to_bytes())};
}

DnsRecord aaaa_record(const std::string& owner, const std::string& address) {
    return {owner, aaaa, as_bytes(boost::asio::ip::make_address_v6(address).to_bytes())};
}

DnsRecord cname_record(const std::string& owner, const std::string& target) {
    return {owner, cname, dns_name(target)};
}

DnsRecord mx_record(const std::string& owner, std::uint16_t preference, const std::string& host) {
    return {owner, mx, dns_number(preference) + dns_name(host)};
}

DnsRecord srv_record(const std::string& owner, std::uint16_t port, const std::string& target) {
    constexpr std::uint16_t priority = 1;
    constexpr std::uint16_t weight = 2;
    return {owner, srv,
            dns_number(priority) + dns_number(weight) + dns_number(port) + dns_name(target)};
}

Bytes DnsAnswer::bytes() const {
    constexpr int response_recursion = 0x8180;
    const int flags = response_recursion | (truncated ? 0x0200 : 0) | (authenticated ? 0x20 : 0);
    Bytes all = dns_number(id) + dns_number(static_cast<std::uint16_t>(flags | code)) +
                dns_number(1) + dns_number(static_cast<std::uint16_t>(records.size())) +
                dns_number(0) + dns_number(0) + dns_name(name) + dns_number(type) + dns_number(1);
    for (const DnsRecord& record : records)
        all = std::move(all) + record_bytes(record);
    return all;
}

DnsQuestion DnsQuestion::of(const Bytes& query) {
    DnsQuestion question;
    question.id = number_at(query, 0);
    question.wants_authenticated = (query.at(3) & 0x20) != 0;
    std::size_t at = 12;
    for (std::size_t size = query.at(at); size != 0; size = query.at(at)) {
        if (!question.name.empty()) question.name += '.';
        question.name.append(query.begin() + static_cast<std::ptrdiff_t>(at + 1),
                             query.begin() + static_cast<std::ptrdiff_t>(at + 1 + size));
        at += 1 + size;
    }
    question.type = number_at(query, at + 1);
    // An OPT record (RFC 6891) behind it: the root's name, type, size, extended code, flags.
    const std::size_t additional = at + 5;
    question.dnssec_ok = query.size() > additional && number_at(query, additional + 1) == opt &&
                         (query.at(additional + 7) & 0x80) != 0;
    return question;
}

}  // namespace gatepost::net
