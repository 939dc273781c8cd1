// The hosts that take the domain's mail: they name the provider, or autoconfig and the database of
// providers know more about their domain.
#include <algorithm>

#include "discovery/autoconfig_query.h"
#include "discovery/domain.h"
#include "discovery/source.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

// The hosts of the lowest preference. Backups may be anyone's.
std::vector<std::string> best_hosts(const std::vector<net::MxRecord>& records) {
    std::vector<std::string> hosts;
    if (records.empty()) return hosts;
    const std::uint16_t best = std::ranges::min(records, {}, &net::MxRecord::preference).preference;
    for (const net::MxRecord& record : records) {
        if (record.preference == best && is_host_name(record.host)) hosts.push_back(record.host);
    }
    std::ranges::sort(hosts);
    return hosts;
}

// The host's name without its first label, and its organisational domain; never a public suffix,
// and not the address's own domain, which the source autoconfig asks.
std::vector<std::string> domains_to_ask(const std::string& host, const Address& address) {
    std::vector<std::string> domains;
    const std::string organisation = organisational_domain(host);
    if (organisation.empty()) return domains;
    const std::string parent = host.substr(host.find('.') + 1);
    // A host that is its organisation's domain itself has a public suffix as parent.
    if (host != organisation && parent != organisation) domains.push_back(parent);
    domains.push_back(organisation);
    std::erase(domains, address.domain);
    return domains;
}

bool is_null_mx(const std::vector<net::MxRecord>& records) {
    return records.size() == 1 && records.front().host.empty();
}

Evidence of_known_provider(const KnownProviders::Known& known, const std::string& origin,
                           const std::string& host, const Address& address) {
    Evidence evidence = evidence_of(*known.entry, address);
    if (evidence.oauth) evidence.oauth->from = origin;
    evidence.detail = host + " is a mail server of " + known.entry->provider.name +
                      (known.is_imported ? " (" + origin + ")" : "") +
                      (evidence.no_imap ? ", which offers no IMAP." : ".");
    return evidence;
}

class MxSource final : public Source {
  public:
    MxSource(net::Resolver& resolver, net::HttpsClient& https, const KnownProviders& known,
             std::string ispdb_url, bool trust_ad)
        : resolver_(resolver),
          https_(https),
          known_(known),
          ispdb_url_(std::move(ispdb_url)),
          trust_ad_(trust_ad) {}

    [[nodiscard]] SourceKind kind() const override { return SourceKind::mx; }
    [[nodiscard]] std::string asks(const Address& address) const override {
        return "MX " + address.domain;
    }

    asio::awaitable<Evidence> ask(Address address, net::Deadline deadline) override {
        const Result<net::Answer<net::MxRecord>> answer =
            co_await resolver_.mx(address.domain, deadline);
        Evidence evidence;
        if (!answer) {
            const bool late = answer.error().kind == ProblemKind::timed_out;
            evidence.outcome = late ? Outcome::timed_out : Outcome::failed;
            evidence.detail = answer.error().detail;
            co_return evidence;
        }
        const std::vector<std::string> hosts = best_hosts(answer->records);
        if (hosts.empty()) {
            evidence.detail = is_null_mx(answer->records) ? "The domain takes no mail (RFC 7505)."
                                                          : "The domain has no MX record.";
            co_return evidence;
        }
        for (const std::string& host : hosts) {
            const KnownProviders::Known known = known_.by_mx(host);
            if (known.entry != nullptr) {
                evidence = of_known_provider(known, known_.origin_of(known), host, address);
                evidence.ttl = answer->ttl;
                co_return evidence;
            }
            if (const SecurityGateway* gateway = known_.gateway_by_mx(host)) {
                evidence.detail = host + " is a filter of " + gateway->name +
                                  ", which does not tell where the mailboxes are.";
                co_return evidence;
            }
        }
        const bool authenticated = trust_ad_ && answer->authenticated;
        evidence =
            co_await ask_its_autoconfig(hosts.front(), authenticated, std::move(address), deadline);
        evidence.ttl = answer->ttl;
        co_return evidence;
    }

  private:
    asio::awaitable<Evidence> ask_its_autoconfig(std::string host, bool authenticated,
                                                 Address address, net::Deadline deadline) {
        std::vector<AutoconfigPlace> places;
        for (const std::string& domain : domains_to_ask(host, address)) {
            std::ranges::copy(autoconfig_places(domain, address, false),
                              std::back_inserter(places));
            // Its files name the domains of MX hosts as well.
            if (!ispdb_url_.empty()) places.push_back(ispdb_place(ispdb_url_, domain));
        }
        Evidence evidence;
        evidence.detail = host + " is not a mail server of a known provider.";
        if (places.empty()) co_return evidence;
        const std::string about_host = evidence.detail;
        evidence = co_await ask_autoconfig(https_, std::move(places), address, deadline);
        evidence.from = "MX " + address.domain + ", " + host + ", " + evidence.from;
        if (!evidence.candidates.empty() && !authenticated) {
            evidence.detail = "The DNS alone does not prove that " + host +
                              " may speak for the domain" +
                              (evidence.detail.empty() ? "." : "; " + evidence.detail);
        } else if (evidence.candidates.empty()) {
            evidence.detail = about_host + " " + evidence.detail;
        }
        for (Candidate& candidate : evidence.candidates)
            candidate.proven = candidate.proven && authenticated;
        for (PlainServer& plain : evidence.plain)
            plain.proven = plain.proven && authenticated;
        co_return evidence;
    }

    net::Resolver& resolver_;
    net::HttpsClient& https_;
    const KnownProviders& known_;
    std::string ispdb_url_;
    bool trust_ad_;
};

}  // namespace

std::unique_ptr<Source> make_mx_source(net::Resolver& resolver, net::HttpsClient& https,
                                       const KnownProviders& known, std::string ispdb_url,
                                       bool trust_ad) {
    return std::make_unique<MxSource>(resolver, https, known, std::move(ispdb_url), trust_ad);
}

}  // namespace gatepost::discovery
