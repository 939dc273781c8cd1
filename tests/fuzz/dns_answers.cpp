// DNS answers, and the facts that they are turned into.
#include "discovery/pacc.h"
#include "discovery/srv_records.h"
#include "net/dns_answer.h"
#include "tests/fuzz/settings_hold.h"

using gatepost::fuzz::require;
using namespace gatepost::discovery;

FUZZ_TARGET(dns_answers) {
    static const Address alice = *parse_address("alice@example.com");
    const gatepost::net::DnsMessage message(reinterpret_cast<const unsigned char*>(input.data()),
                                            input.size());
    for (const char* name : {"example.com", "_imaps._tcp.example.com"}) {
        if (const auto answer = gatepost::net::read_srv(message, name)) {
            for (const bool trusted : {false, true}) {
                for (const Candidate& candidate :
                     srv_candidates(*answer, gatepost::Security::tls, alice, trusted))
                    gatepost::fuzz::require_good(candidate.settings);
            }
            says_not_offered(answer->records);
        }
        if (const auto answer = gatepost::net::read_mx(message, name)) {
            for (const auto& record : answer->records)
                require(record.host == lower_case(record.host), "MX hosts are in lower case");
        }
        if (const auto answer = gatepost::net::read_txt(message, name)) {
            check_digest(answer->records, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        }
        const auto addresses = gatepost::net::read_addresses(message, name);
        require(addresses.has_value() || !addresses.error().detail.empty(), "a problem says why");
    }
}
