#include "net/dns_answer.h"

#include <arpa/nameser.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "core/settings.h"

namespace gatepost::net {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

// Far more than any mail host has; what is behind is left out.
constexpr std::size_t max_records = 100;

// Resolvers give up at 8 to 16 themselves.
constexpr std::size_t max_aliases = 16;

// Lower case, without the final dot; the root is "".
std::string normal(std::string_view name) {
    std::string result(name);
    if (result.ends_with('.')) result.pop_back();
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

// The name that fills the record's data from the offset on, or nothing.
std::optional<std::string> name_at_end_of(const ns_msg& message, const ns_rr& record,
                                          std::size_t offset) {
    if (record.rdlength <= offset) return std::nullopt;
    std::array<char, NS_MAXDNAME> text{};
    const int size = ns_name_uncompress(message._msg, message._eom, record.rdata + offset,
                                        text.data(), text.size());
    if (size < 0 || offset + static_cast<std::size_t>(size) != record.rdlength) return std::nullopt;
    return normal(text.data());
}

std::uint16_t number_at(const ns_rr& record, std::size_t offset) {
    return static_cast<std::uint16_t>(record.rdata[offset] << 8 | record.rdata[offset + 1]);
}

// The record of each type, or nothing where it is malformed.

std::optional<address> address_of(const ns_msg&, const ns_rr& record) {
    if (record.type == ns_t_a && record.rdlength == sizeof(address_v4::bytes_type)) {
        address_v4::bytes_type bytes;
        std::memcpy(bytes.data(), record.rdata, bytes.size());
        return address_v4(bytes);
    }
    if (record.type == ns_t_aaaa && record.rdlength == sizeof(address_v6::bytes_type)) {
        address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), record.rdata, bytes.size());
        return address_v6(bytes);
    }
    return std::nullopt;
}

std::optional<MxRecord> mx_of(const ns_msg& message, const ns_rr& record) {
    auto host = name_at_end_of(message, record, 2);
    if (!host || !(host->empty() || is_host_name(*host))) return std::nullopt;
    return MxRecord{number_at(record, 0), std::move(*host)};
}

std::optional<SrvRecord> srv_of(const ns_msg& message, const ns_rr& record) {
    auto target = name_at_end_of(message, record, 6);
    if (!target || !(target->empty() || is_host_name(*target))) return std::nullopt;
    return SrvRecord{number_at(record, 0), number_at(record, 2), number_at(record, 4),
                     std::move(*target)};
}

std::optional<std::string> txt_of(const ns_msg&, const ns_rr& record) {
    std::string text;
    DnsMessage rest(record.rdata, record.rdlength);
    while (!rest.empty()) {
        const std::size_t size = rest.front();
        rest = rest.subspan(1);
        if (size > rest.size()) return std::nullopt;
        text.append(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
        rest = rest.subspan(size);
    }
    return text;
}

// Calls visit(record) for each record of the answer section; false if one cannot be read at all.
template <class Visit>
bool for_each_record(ns_msg& message, Visit visit) {
    for (int i = 0; i < message._counts[ns_s_an]; ++i) {
        ns_rr record;
        if (ns_parserr(&message, ns_s_an, i, &record) != 0) return false;
        if (record.rr_class == ns_c_in) visit(record);
    }
    return true;
}

struct End {
    std::string name;                        ///< where the aliases lead
    std::uint32_t ttl_seconds = UINT32_MAX;  ///< the smallest on the way
};

// Follows the CNAMEs from the name on; nothing where they are malformed, too many or in a circle.
std::optional<End> follow_aliases(ns_msg& message, const std::string& name) {
    struct Alias {
        std::string target;
        std::uint32_t ttl_seconds;
    };
    std::map<std::string, Alias> aliases;
    bool well_formed = true;
    const bool readable = for_each_record(message, [&](const ns_rr& record) {
        if (record.type != ns_t_cname || aliases.size() > max_aliases) return;
        auto target = name_at_end_of(message, record, 0);
        if (target) aliases.try_emplace(normal(record.name), Alias{*target, record.ttl});
        well_formed = well_formed && target;
    });
    if (!readable || !well_formed || aliases.size() > max_aliases) return std::nullopt;
    End end{normal(name)};
    for (std::size_t hops = 0; hops <= aliases.size(); ++hops) {
        const auto alias = aliases.find(end.name);
        if (alias == aliases.end()) return end;
        end.name = alias->second.target;
        end.ttl_seconds = std::min(end.ttl_seconds, alias->second.ttl_seconds);
    }
    return std::nullopt;
}

std::string words_of_code(int code) {
    switch (code) {
        case ns_r_formerr:
            return "FORMERR";
        case ns_r_servfail:
            return "SERVFAIL";
        case ns_r_notimpl:
            return "NOTIMP";
        case ns_r_refused:
            return "REFUSED";
        default:
            return "code " + std::to_string(code);
    }
}

template <class Record>
using RecordOf = std::optional<Record> (*)(const ns_msg&, const ns_rr&);

template <class Record>
Result<Answer<Record>> read(DnsMessage bytes, const std::string& name, RecordOf<Record> record_of,
                            std::initializer_list<int> types) {
    const Problem malformed = dns_problem(name, "the answer of the DNS server is malformed.");
    ns_msg message;
    if (ns_initparse(bytes.data(), static_cast<int>(bytes.size()), &message) != 0) return malformed;
    if (ns_msg_getflag(message, ns_f_qr) == 0) return malformed;
    const int code = ns_msg_getflag(message, ns_f_rcode);
    if (code != ns_r_noerror && code != ns_r_nxdomain) {
        return dns_problem(name, "the DNS server answered " + words_of_code(code) + ".");
    }
    const auto end = follow_aliases(message, name);
    if (!end) return malformed;

    Answer<Record> answer;
    answer.authenticated = ns_msg_getflag(message, ns_f_ad) != 0;
    std::uint32_t ttl_seconds = end->ttl_seconds;
    for_each_record(message, [&](const ns_rr& record) {
        if (std::ranges::find(types, record.type) == types.end()) return;
        if (answer.records.size() == max_records || normal(record.name) != end->name) return;
        auto one = record_of(message, record);
        if (!one) return;
        answer.records.push_back(std::move(*one));
        ttl_seconds = std::min(ttl_seconds, record.ttl);
    });
    // RFC 2181 8: the highest bit must be zero, and where it is not the TTL is zero.
    if (answer.records.empty() || ttl_seconds > INT32_MAX) ttl_seconds = 0;
    answer.ttl = std::chrono::seconds(ttl_seconds);
    return answer;
}

}  // namespace

Result<Answer<address>> read_addresses(DnsMessage message, std::string name) {
    return read<address>(message, name, address_of, {ns_t_aaaa, ns_t_a});
}

Result<Answer<MxRecord>> read_mx(DnsMessage message, std::string name) {
    return read<MxRecord>(message, name, mx_of, {ns_t_mx});
}

Result<Answer<SrvRecord>> read_srv(DnsMessage message, std::string name) {
    return read<SrvRecord>(message, name, srv_of, {ns_t_srv});
}

Result<Answer<std::string>> read_txt(DnsMessage message, std::string name) {
    return read<std::string>(message, name, txt_of, {ns_t_txt});
}

Result<Answer<address>> combine(Result<Answer<address>> aaaa, Result<Answer<address>> a) {
    if (!a) return aaaa && !aaaa->records.empty() ? std::move(aaaa) : std::move(a);
    if (!aaaa) return a->records.empty() ? std::move(aaaa) : std::move(a);
    if (aaaa->records.empty()) std::swap(*aaaa, *a);
    if (!a->records.empty()) aaaa->ttl = std::min(aaaa->ttl, a->ttl);
    aaaa->authenticated = aaaa->authenticated && a->authenticated;
    aaaa->records.insert(aaaa->records.end(), a->records.begin(), a->records.end());
    return aaaa;
}

Problem dns_problem(const std::string& name, const std::string& why) {
    return problem(ProblemKind::cannot_connect,
                   "The name " + name + " could not be looked up: " + why)
        .with("reason", "dns")
        .with("host", name);
}

}  // namespace gatepost::net
