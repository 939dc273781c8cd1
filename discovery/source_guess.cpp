// The usual names of IMAP servers, where a real one answers under a certificate that is valid for
// the name. Whatever the DNS says of parked domains, nothing else counts.
#include <algorithm>
#include <tuple>

#include "discovery/domain.h"
#include "discovery/gather.h"
#include "discovery/server_search.h"
#include "discovery/source.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

using Probes = std::vector<ProbedServer>;

std::vector<std::string> usual_names(const std::string& domain) {
    std::vector<std::string> names{"imap." + domain, "mail." + domain, domain};
    std::erase_if(names, [](const std::string& name) { return !is_host_name(name); });
    return names;
}

// One of the hosts that take the domain's mail first; nothing where that is no mailbox host.
std::string mailbox_host(const std::vector<net::MxRecord>& records, const KnownProviders& known) {
    if (records.empty()) return {};
    const auto best = std::ranges::min_element(records, [](const auto& one, const auto& other) {
        return std::tie(one.preference, one.host) < std::tie(other.preference, other.host);
    });
    const bool has_other_place =
        known.by_mx(best->host).entry != nullptr || known.gateway_by_mx(best->host) != nullptr;
    return has_other_place || !is_host_name(best->host) ? std::string() : best->host;
}

bool has_server(const Probes& probes) {
    return std::ranges::any_of(probes, is_usable);
}

class GuessSource final : public Source {
  public:
    GuessSource(net::Resolver& resolver, Prober* prober, const KnownProviders& known)
        : resolver_(resolver), prober_(prober), known_(known) {}

    [[nodiscard]] SourceKind kind() const override { return SourceKind::guess; }
    [[nodiscard]] std::string asks(const Address& address) const override {
        return "imap." + address.domain + " and other usual names";
    }

    asio::awaitable<Evidence> ask(Address address, net::Deadline deadline) override {
        Evidence evidence;
        if (prober_ == nullptr) {
            evidence.outcome = Outcome::skipped;
            evidence.detail = "Probing is switched off.";
            co_return evidence;
        }
        deadline = std::min(deadline, net::after(probe_patience));
        const std::vector<std::string> names = usual_names(address.domain);
        std::vector<asio::awaitable<Probes>> operations;
        operations.reserve(names.size() + 1);
        for (const std::string& name : names)
            operations.push_back(probe_usual_ports(*prober_, name, deadline));
        operations.push_back(probe_mx_host(address.domain, names, deadline));
        Enough<Probes> enough = [](const Answers<Probes>& answers) {
            return first_in_order(answers, has_server) != nullptr;
        };
        const Answers<Probes> answers =
            co_await gather(std::move(operations), std::move(enough), deadline);
        for (const auto& answer : answers) {
            if (answer) std::ranges::copy(*answer, std::back_inserter(evidence.probed));
        }
        judge(evidence, address);
        co_return evidence;
    }

  private:
    asio::awaitable<Probes> probe_mx_host(std::string domain, std::vector<std::string> tried,
                                          net::Deadline deadline) {
        const auto answer = co_await resolver_.mx(std::move(domain), deadline);
        if (!answer) co_return Probes();
        std::string host = mailbox_host(answer->records, known_);
        if (host.empty() || std::ranges::find(tried, host) != tried.end()) co_return Probes();
        Probes probes = co_await probe_usual_ports(*prober_, std::move(host), deadline);
        co_return probes;
    }

    static void judge(Evidence& evidence, const Address& address) {
        for (const ProbedServer& each : evidence.probed) {
            if (!is_usable(each)) continue;
            const auto& [host, port, security] = each.server;
            evidence.candidates.push_back({{host, port, security, address.text, each.probe.auth},
                                           same_organisation(host, address.domain)});
        }
        if (evidence.candidates.empty()) {
            evidence.detail = none_found(evidence.probed);
            return;
        }
        const Candidate& best = evidence.candidates.front();
        evidence.outcome = Outcome::found;
        evidence.from = text_of(server_of(best.settings));
        evidence.detail = "An IMAP server answers there under a valid certificate";
        evidence.detail +=
            best.proven ? "." : ", but nothing proves that it is " + address.domain + "'s.";
    }

    static std::string none_found(const Probes& probes) {
        std::string detail = "No IMAP server answers there under a valid certificate.";
        for (const ProbedServer& each : probes) {
            // Names that do not exist are as many as they are dull.
            if (each.probe.outcome == Outcome::not_found || each.probe.detail.empty()) continue;
            detail += ' ' + each.probe.detail;
        }
        return detail;
    }

    net::Resolver& resolver_;
    Prober* prober_;
    const KnownProviders& known_;
};

}  // namespace

std::unique_ptr<Source> make_guess_source(net::Resolver& resolver, Prober* prober,
                                          const KnownProviders& known) {
    return std::make_unique<GuessSource>(resolver, prober, known);
}

}  // namespace gatepost::discovery
