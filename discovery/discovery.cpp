#include "discovery/discovery.h"

#include <algorithm>
#include <optional>

#include "discovery/inquiry.h"
#include "discovery/ranking.h"
#include "discovery/server_search.h"
#include "discovery/shared_probes.h"
#include "discovery/source.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

std::chrono::milliseconds since(net::Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(net::Clock::now() - start);
}

}  // namespace

Discovery::Discovery(net::Resolver& resolver, net::HttpsClient& https, Prober& prober,
                     DiscoveryOptions options)
    : options_(std::move(options)),
      resolver_(resolver),
      prober_(options_.probe ? &prober : nullptr) {
    sources_.push_back(make_providers_source(providers_));
    sources_.push_back(make_pacc_source(resolver, https));
    sources_.push_back(make_autoconfig_source(https, options_.plain_http));
    sources_.push_back(make_srv_source(resolver, options_.trust_ad));
    if (!options_.ispdb_url.empty()) {
        sources_.push_back(make_ispdb_source(https, options_.ispdb_url));
    }
    sources_.push_back(
        make_mx_source(resolver, https, providers_, options_.ispdb_url, options_.trust_ad));
    sources_.push_back(make_autodiscover_source(resolver, https));
}

Discovery::~Discovery() = default;

asio::awaitable<Report> Discovery::discover(Address address) {
    const auto start = net::Clock::now();
    const net::Deadline deadline = start + options_.deadline;
    // The guess asks servers that others name too, so that each inquiry has its own.
    std::optional<SharedProbes> probes;
    if (prober_ != nullptr) probes.emplace(*prober_);
    Prober* prober = probes ? &*probes : nullptr;
    const std::unique_ptr<Source> guess = make_guess_source(resolver_, prober, providers_);
    std::vector<Evidence> evidence;
    std::vector<Source*> remote;
    for (const auto& source : sources_) {
        if (!source->is_local()) {
            remote.push_back(source.get());
            continue;
        }
        Evidence known = co_await ask_source(source.get(), address, deadline);
        evidence.push_back(std::move(known));
    }
    remote.push_back(guess.get());
    Report report;
    if (std::ranges::any_of(evidence, is_conclusive)) {
        for (const Source* source : remote)
            evidence.push_back(unanswered(*source, address, Outcome::skipped,
                                          "The provider is known, so nobody was asked."));
        report = rank(address, std::move(evidence));
        // A compiled-in hit needs no network, and no server could make its facts better.
        if (report.found) report.probe = known_server();
    } else {
        Inquiry inquiry(std::move(address), std::move(remote), prober, ProviderTable::compiled_in(),
                        deadline);
        Report found = co_await inquiry.run(std::move(evidence));
        report = std::move(found);
    }
    report.took = since(start);
    co_return report;
}

}  // namespace gatepost::discovery
