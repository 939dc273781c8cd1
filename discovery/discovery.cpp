#include "discovery/discovery.h"

#include <algorithm>

#include "discovery/gather.h"
#include "discovery/ranking.h"
#include "discovery/source.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

std::chrono::milliseconds since(net::Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(net::Clock::now() - start);
}

// The source outlives the asking: Discovery waits for all that it asked.
asio::awaitable<Evidence> ask(Source* source, Address address, net::Deadline deadline) {
    const auto start = net::Clock::now();
    std::string asks = source->asks(address);
    Evidence evidence = co_await source->ask(std::move(address), deadline);
    evidence.source = source->kind();
    evidence.took = since(start);
    evidence.proven = !evidence.candidates.empty() && evidence.candidates.front().proven;
    if (evidence.from.empty()) evidence.from = std::move(asks);
    co_return evidence;
}

Evidence unanswered(const Source& source, const Address& address, Outcome outcome,
                    std::string detail) {
    Evidence evidence;
    evidence.source = source.kind();
    evidence.outcome = outcome;
    evidence.from = source.asks(address);
    evidence.detail = std::move(detail);
    return evidence;
}

bool is_enough(const std::vector<Source*>& asked, const std::vector<Evidence>& before,
               const Answers<Evidence>& answers) {
    std::vector<Evidence> answered = before;
    std::vector<SourceKind> pending;
    for (std::size_t place = 0; place < asked.size(); ++place) {
        if (answers[place]) {
            answered.push_back(*answers[place]);
        } else {
            pending.push_back(asked[place]->kind());
        }
    }
    return is_decided(answered, pending);
}

// What became of each source that was asked: its answer, or why there is none.
void add_evidence(std::vector<Evidence>& evidence, const std::vector<Source*>& asked,
                  Answers<Evidence> answers, const Address& address,
                  std::chrono::milliseconds took) {
    const bool decided = is_enough(asked, evidence, answers);
    for (std::size_t place = 0; place < asked.size(); ++place) {
        if (answers[place]) {
            evidence.push_back(std::move(*answers[place]));
            continue;
        }
        evidence.push_back(
            decided ? unanswered(*asked[place], address, Outcome::skipped,
                                 "A source of better rank had answered before this one did.")
                    : unanswered(*asked[place], address, Outcome::timed_out,
                                 "It had not answered when the time for discovery was over."));
        evidence.back().took = took;
    }
}

// Asks the sources that need the network, until nobody could change what wins.
asio::awaitable<std::vector<Evidence>> ask_all(std::vector<Source*> sources, Address address,
                                               std::vector<Evidence> evidence,
                                               net::Deadline deadline) {
    const auto start = net::Clock::now();
    std::vector<asio::awaitable<Evidence>> operations;
    operations.reserve(sources.size());
    for (Source* source : sources)
        operations.push_back(ask(source, address, deadline));
    Enough<Evidence> enough = [&](const Answers<Evidence>& answers) {
        return is_enough(sources, evidence, answers);
    };
    Answers<Evidence> answers = co_await gather(std::move(operations), std::move(enough), deadline);
    add_evidence(evidence, sources, std::move(answers), address, since(start));
    co_return evidence;
}

bool is_conclusive(const Evidence& evidence) {
    return !evidence.candidates.empty() || evidence.no_imap;
}

}  // namespace

Discovery::Discovery(net::Resolver& resolver, net::HttpsClient& https, DiscoveryOptions options)
    : options_(options) {
    sources_.push_back(make_providers_source(providers_));
    sources_.push_back(make_pacc_source(resolver, https));
    sources_.push_back(make_autoconfig_source(https, options.plain_http));
    sources_.push_back(make_srv_source(resolver, options.trust_ad));
    if (!options.ispdb_url.empty()) {
        sources_.push_back(make_ispdb_source(https, options.ispdb_url));
    }
    sources_.push_back(
        make_mx_source(resolver, https, providers_, options.ispdb_url, options.trust_ad));
    sources_.push_back(make_autodiscover_source(resolver, https));
}

Discovery::~Discovery() = default;

asio::awaitable<Report> Discovery::discover(Address address) {
    const auto start = net::Clock::now();
    const net::Deadline deadline = start + options_.deadline;
    std::vector<Evidence> evidence;
    std::vector<Source*> remote;
    for (const auto& source : sources_) {
        if (!source->is_local()) {
            remote.push_back(source.get());
            continue;
        }
        Evidence known = co_await ask(source.get(), address, deadline);
        evidence.push_back(std::move(known));
    }
    if (std::ranges::any_of(evidence, is_conclusive)) {
        for (const Source* source : remote)
            evidence.push_back(unanswered(*source, address, Outcome::skipped,
                                          "The provider is known, so nobody was asked."));
    } else {
        evidence = co_await ask_all(std::move(remote), address, std::move(evidence), deadline);
    }
    Report report = rank(address, std::move(evidence));
    report.took = since(start);
    co_return report;
}

}  // namespace gatepost::discovery
