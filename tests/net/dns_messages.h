// DNS messages byte by byte (RFC 1035 4), right and wrong ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::net {

using Bytes = std::vector<unsigned char>;

// RFC 1035 3.2.2, RFC 2782, RFC 3596.
enum DnsType : std::uint16_t { a = 1, cname = 5, mx = 15, txt = 16, aaaa = 28, srv = 33, opt = 41 };

/// "example.com" as labels.
Bytes dns_name(std::string_view name);
Bytes dns_number(std::uint16_t number);
Bytes operator+(Bytes left, const Bytes& right);

struct DnsRecord {
    std::string owner;
    std::uint16_t type;
    Bytes data;
    std::uint32_t ttl = 300;
};

DnsRecord a_record(const std::string& owner, const std::string& address);
DnsRecord aaaa_record(const std::string& owner, const std::string& address);
DnsRecord cname_record(const std::string& owner, const std::string& target);
DnsRecord mx_record(const std::string& owner, std::uint16_t preference, const std::string& host);
DnsRecord srv_record(const std::string& owner, std::uint16_t port, const std::string& target);

struct DnsAnswer {
    std::uint16_t id = 0x4757;
    std::string name = "example.com";
    std::uint16_t type = a;
    std::vector<DnsRecord> records{};
    int code = 0;
    bool authenticated = false;
    bool truncated = false;

    [[nodiscard]] Bytes bytes() const;
};

/// What a query asks: the parts of an answer that must match it.
struct DnsQuestion {
    std::uint16_t id = 0;
    std::string name;
    std::uint16_t type = 0;
    bool wants_authenticated = false;  ///< AD
    bool dnssec_ok = false;            ///< DO

    static DnsQuestion of(const Bytes& query);
};

}  // namespace gatepost::net
