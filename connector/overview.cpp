#include "connector/overview.h"

#include <algorithm>
#include <utility>

namespace gatepost::connector {
namespace {

void add(imap::SessionCounts& sum, const imap::SessionCounts& counts) {
    sum.idle += counts.idle;
    sum.leased += counts.leased;
    sum.connecting += counts.connecting;
}

}  // namespace

std::size_t Figures::total() const {
    std::size_t total = 0;
    for (const auto& [state, count] : accounts)
        total += count;
    return total;
}

void Figures::add(const Figures& others) {
    for (const auto& [state, count] : others.accounts)
        accounts[state] += count;
    connector::add(sessions, others.sessions);
}

void OverviewTally::add(const std::string& id, const std::string& email,
                        const std::string& provider, const Standing& standing) {
    const auto [place, is_new] = places_.try_emplace(provider, overview_.providers.size());
    if (is_new) overview_.providers.push_back({provider, {}});
    provider_of_.push_back(place->second);
    ++overview_.providers[place->second].figures.accounts[standing.state];
    ++overview_.all.accounts[standing.state];
    auto& oldest = overview_.oldest_problem;
    if (standing.problem && (!oldest || standing.since < oldest->since)) {
        oldest = {id, email, standing.state, standing.since, *standing.problem};
    }
}

void OverviewTally::add_sessions(std::size_t place, const imap::SessionCounts& sessions) {
    connector::add(overview_.providers[provider_of_[place]].figures.sessions, sessions);
    connector::add(overview_.all.sessions, sessions);
}

Overview OverviewTally::overview() && {
    std::ranges::stable_sort(overview_.providers, std::ranges::greater(),
                             [](const auto& of) { return of.figures.total(); });
    return std::move(overview_);
}

}  // namespace gatepost::connector
