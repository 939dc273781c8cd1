#include "discovery/srv_records.h"

#include <algorithm>
#include <tuple>

#include "discovery/domain.h"
#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

constexpr std::size_t max_records = 16;  // nobody lists more servers

}  // namespace

std::vector<net::SrvRecord> in_order(std::vector<net::SrvRecord> records) {
    std::ranges::sort(records, [](const net::SrvRecord& one, const net::SrvRecord& other) {
        return std::tuple(one.priority, -int{one.weight}, one.target, one.port) <
               std::tuple(other.priority, -int{other.weight}, other.target, other.port);
    });
    return records;
}

bool says_not_offered(const std::vector<net::SrvRecord>& records) {
    return records.size() == 1 && (records[0].target.empty() || records[0].target == ".");
}

std::vector<Candidate> srv_candidates(const net::Answer<net::SrvRecord>& answer, Security security,
                                      const Address& address, bool trust_ad) {
    std::vector<Candidate> candidates;
    for (const net::SrvRecord& record : in_order(answer.records)) {
        std::string host = lower_case(record.target);
        if (host.ends_with('.')) host.pop_back();
        if (!is_host_name(host) || record.port == 0) continue;
        Candidate candidate;
        candidate.proven =
            (trust_ad && answer.authenticated) || same_organisation(host, address.domain);
        candidate.settings = {
            std::move(host), record.port, security, address.text, {AuthMethod::password}};
        candidates.push_back(std::move(candidate));
        if (candidates.size() == max_records) break;
    }
    return candidates;
}

}  // namespace gatepost::discovery
