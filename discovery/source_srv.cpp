// The domain's SRV records for IMAP (RFC 6186, RFC 8314).
#include <algorithm>

#include "discovery/gather.h"
#include "discovery/provider_table.h"
#include "discovery/source.h"
#include "discovery/srv_records.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

using SrvAnswer = Result<net::Answer<net::SrvRecord>>;

constexpr std::string_view imaps = "_imaps._tcp.";
constexpr std::string_view imap = "_imap._tcp.";

asio::awaitable<SrvAnswer> ask_name(net::Resolver& resolver, std::string name,
                                    net::Deadline deadline) {
    SrvAnswer answer = co_await resolver.srv(std::move(name), deadline);
    co_return answer;
}

bool is_not_offered(const SrvAnswer& answer) {
    return answer && says_not_offered(answer->records);
}

std::string doubt_about(const Candidate& candidate, const Address& address) {
    if (candidate.proven) return {};
    return candidate.settings.host + " is not of " + address.domain +
           ", and the DNS alone does not prove that it may have the password.";
}

// What a server's own provider says about signing in is better than a guess.
void add_known_auth(Evidence& evidence) {
    const ProviderTable& table = ProviderTable::compiled_in();
    for (Candidate& candidate : evidence.candidates) {
        const ProviderEntry* entry = table.by_imap_host(candidate.settings.host);
        if (entry != nullptr) candidate.settings.auth = entry->servers.front().auth;
    }
    add_known_facts(evidence, table);
}

Evidence nothing_found(const SrvAnswer& tls, const SrvAnswer& starttls, const Address& address) {
    Evidence evidence;
    if (is_not_offered(tls) && is_not_offered(starttls)) {
        evidence.no_imap = true;
        evidence.ttl = std::min(tls->ttl, starttls->ttl);
        evidence.detail = address.domain + " says that it offers no IMAP (RFC 6186 3.4).";
        return evidence;
    }
    evidence.detail = "There are no such records.";
    for (const SrvAnswer* answer : {&tls, &starttls}) {
        if (*answer) continue;
        const Problem& problem = answer->error();
        evidence.outcome =
            problem.kind == ProblemKind::timed_out ? Outcome::timed_out : Outcome::failed;
        evidence.detail = problem.detail;
    }
    return evidence;
}

class SrvSource final : public Source {
  public:
    SrvSource(net::Resolver& resolver, bool trust_ad) : resolver_(resolver), trust_ad_(trust_ad) {}

    [[nodiscard]] SourceKind kind() const override { return SourceKind::srv; }
    [[nodiscard]] std::string asks(const Address& address) const override {
        return "SRV " + std::string(imaps) + address.domain;
    }

    asio::awaitable<Evidence> ask(Address address, net::Deadline deadline) override {
        std::vector<asio::awaitable<SrvAnswer>> queries;
        queries.push_back(ask_name(resolver_, std::string(imaps) + address.domain, deadline));
        queries.push_back(ask_name(resolver_, std::string(imap) + address.domain, deadline));
        Enough<SrvAnswer> all = [](const Answers<SrvAnswer>&) { return false; };
        const Answers<SrvAnswer> answers =
            co_await gather(std::move(queries), std::move(all), deadline);
        const SrvAnswer late = problem(ProblemKind::timed_out, "The DNS took too long.");
        co_return judge(answers[0].value_or(late), answers[1].value_or(late), address);
    }

  private:
    [[nodiscard]] Evidence judge(const SrvAnswer& tls, const SrvAnswer& starttls,
                                 const Address& address) const {
        Evidence evidence;
        // RFC 8314 3: TLS from the start is preferred, whatever the priorities say.
        add(evidence, tls, Security::tls, imaps, address);
        add(evidence, starttls, Security::starttls, imap, address);
        if (evidence.candidates.empty()) return nothing_found(tls, starttls, address);
        evidence.outcome = Outcome::found;
        evidence.detail = doubt_about(evidence.candidates.front(), address);
        add_known_auth(evidence);
        return evidence;
    }

    void add(Evidence& evidence, const SrvAnswer& answer, Security security,
             std::string_view service, const Address& address) const {
        if (!answer) return;
        const auto found = srv_candidates(*answer, security, address, trust_ad_);
        if (found.empty()) return;
        if (evidence.candidates.empty()) {
            evidence.from = "SRV " + std::string(service) + address.domain;
        }
        evidence.ttl = std::min(evidence.ttl.value_or(answer->ttl), answer->ttl);
        evidence.candidates.insert(evidence.candidates.end(), found.begin(), found.end());
    }

    net::Resolver& resolver_;
    bool trust_ad_;
};

}  // namespace

std::unique_ptr<Source> make_srv_source(net::Resolver& resolver, bool trust_ad) {
    return std::make_unique<SrvSource>(resolver, trust_ad);
}

}  // namespace gatepost::discovery
