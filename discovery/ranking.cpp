#include "discovery/ranking.h"

#include <algorithm>
#include <utility>

#include "discovery/domain.h"

namespace gatepost::discovery {
namespace {

bool ranks_before(const Evidence& one, const Evidence& other) {
    return one.source < other.source;
}

// The same place for the password to go to; user names may differ.
bool is_same_server(const Settings& one, const Settings& other) {
    return server_of(one) == server_of(other);
}

bool names(const Evidence& evidence, const Settings& settings) {
    return std::ranges::any_of(evidence.candidates, [&](const Candidate& candidate) {
        return is_same_server(candidate.settings, settings);
    });
}

bool is_proven(const std::vector<Evidence>& all, const Settings& settings) {
    return std::ranges::any_of(all, [&](const Evidence& evidence) {
        return std::ranges::any_of(evidence.candidates, [&](const Candidate& candidate) {
            return candidate.proven && is_same_server(candidate.settings, settings);
        });
    });
}

const Probe* find_probe(const std::vector<ProbedServer>& probed, const Server& server) {
    const auto found = std::ranges::find(probed, server, &ProbedServer::server);
    return found == probed.end() ? nullptr : &found->probe;
}

// What the sources have asked on their way counts as well.
void add_probes(std::vector<ProbedServer>& probed, const std::vector<Evidence>& all) {
    for (const Evidence& evidence : all)
        probed.insert(probed.end(), evidence.probed.begin(), evidence.probed.end());
}

// One that was not to be asked has nothing against it.
bool did_not_answer(const Probe& probe) {
    return probe.outcome != Outcome::found && probe.outcome != Outcome::skipped;
}

bool offers_nothing(const Probe& probe) {
    return probe.outcome == Outcome::found && probe.auth.empty();
}

// One source's word for one server.
struct Bid {
    const Evidence* evidence;
    const Candidate* candidate;
};

// In order of rank.
std::vector<Bid> bids(const std::vector<Evidence>& sorted) {
    std::vector<Bid> found;
    for (const Evidence& evidence : sorted) {
        for (const Candidate& candidate : evidence.candidates)
            found.push_back({&evidence, &candidate});
    }
    return found;
}

bool may_replace(const std::vector<Evidence>& all, const Bid& bid, const Bid& first) {
    return is_proven(all, bid.candidate->settings) || !is_proven(all, first.candidate->settings);
}

// The guess knows names in the domain only.
bool could_prove(SourceKind source, std::string_view domain, const Settings& settings) {
    return source != SourceKind::guess || same_organisation(settings.host, domain);
}

Step settle_trust(std::string_view domain, const std::vector<Evidence>& sorted,
                  const std::vector<SourceKind>& pending, const Settings& settings) {
    if (is_proven(sorted, settings)) return Decided{};
    const bool may_change = std::ranges::any_of(
        pending, [&](SourceKind source) { return could_prove(source, domain, settings); });
    if (may_change) return Wait{};
    return Decided{};
}

Step look_ahead(const std::vector<Evidence>& sorted, const std::vector<ProbedServer>& known) {
    const std::vector<Candidate>& best = sorted.front().candidates;
    if (best.empty()) return Wait{};
    const Server server = server_of(best.front().settings);
    if (find_probe(known, server) != nullptr) return Wait{};
    return AskAhead{server};
}

// Who wins, by the rule in the header; probes that are not over are left out of account.
Bid winner_of(const std::vector<Evidence>& sorted, const std::vector<Bid>& all,
              const std::vector<ProbedServer>& probed) {
    const Bid& first = all.front();
    const Probe* of_first = find_probe(probed, server_of(first.candidate->settings));
    if (of_first == nullptr || !did_not_answer(*of_first)) return first;
    const auto next = std::ranges::find_if(all, [&](const Bid& bid) {
        const Probe* probe = find_probe(probed, server_of(bid.candidate->settings));
        return probe != nullptr && !did_not_answer(*probe) && may_replace(sorted, bid, first);
    });
    return next == all.end() ? first : *next;
}

void add_facts(Report& report, const Evidence& evidence) {
    if (report.provider.id.empty() && evidence.provider) report.provider = *evidence.provider;
    if (!report.oauth) report.oauth = evidence.oauth;
    if (report.documentation.empty()) report.documentation = evidence.documentation;
    report.app_password = report.app_password || evidence.app_password;
}

// The candidate with what its probe has shown.
Candidate judged(Candidate candidate, const std::vector<Evidence>& all,
                 const std::vector<ProbedServer>& probed) {
    candidate.proven = is_proven(all, candidate.settings);
    const Probe* probe = find_probe(probed, server_of(candidate.settings));
    if (probe == nullptr) return candidate;
    candidate.probe = *probe;
    if (probe->outcome == Outcome::found) {
        candidate.settings.auth = agreed_auth(candidate.settings.auth, probe->auth);
    }
    return candidate;
}

void add_alternative(Report& report, const Candidate& candidate,
                     const std::vector<ProbedServer>& probed) {
    const auto is_it = [&](const Candidate& known) {
        return is_same_server(known.settings, candidate.settings);
    };
    if (is_same_server(report.settings, candidate.settings)) return;
    if (std::ranges::any_of(report.alternatives, is_it)) return;
    report.alternatives.push_back(judged(candidate, report.evidence, probed));
}

void settle(Report& report, const Bid& winner, const std::vector<ProbedServer>& probed) {
    add_facts(report, *winner.evidence);
    Candidate best = judged(*winner.candidate, report.evidence, probed);
    report.found = true;
    report.source = winner.evidence->source;
    report.settings = std::move(best.settings);
    report.proven = best.proven;
    report.probe = std::move(best.probe);
    for (const Evidence& evidence : report.evidence) {
        if (names(evidence, report.settings)) add_facts(report, evidence);
        for (const Candidate& candidate : evidence.candidates)
            add_alternative(report, candidate, probed);
    }
}

std::string flaw_of(const Server& server, const Probe& probe) {
    if (did_not_answer(probe)) return text_of(server) + " did not pass the probe: " + probe.detail;
    return offers_nothing(probe) ? probe.detail : std::string();
}

// So that whoever reads the evidence sees why the first of it did not win, or is of no use.
void note_flaws(std::vector<Evidence>& all, const std::vector<ProbedServer>& probed) {
    for (Evidence& evidence : all) {
        if (evidence.candidates.empty()) continue;
        const Server server = server_of(evidence.candidates.front().settings);
        const Probe* probe = find_probe(probed, server);
        const std::string flaw = probe == nullptr ? std::string() : flaw_of(server, *probe);
        if (flaw.empty()) continue;
        if (!evidence.detail.empty()) evidence.detail += ' ';
        evidence.detail += flaw;
    }
}

}  // namespace

Step next_step(std::string_view domain, const std::vector<Evidence>& answered,
               const std::vector<SourceKind>& pending, const std::vector<ProbedServer>& probed,
               bool probing) {
    const Step unless_pending = pending.empty() ? Step(Decided{}) : Step(Wait{});
    std::vector<Evidence> sorted;
    std::ranges::copy_if(answered, std::back_inserter(sorted), is_conclusive);
    std::ranges::stable_sort(sorted, ranks_before);
    const auto is_outranked = [&](const Evidence& evidence) {
        return !pending.empty() && std::ranges::min(pending) < evidence.source;
    };
    if (sorted.empty()) return unless_pending;
    std::vector<ProbedServer> known = probed;
    add_probes(known, sorted);
    if (is_outranked(sorted.front())) return probing ? look_ahead(sorted, known) : Step(Wait{});
    if (sorted.front().candidates.empty()) return Decided{};
    const std::vector<Bid> all = bids(sorted);
    if (!probing) return settle_trust(domain, sorted, pending, all.front().candidate->settings);
    for (const Bid& bid : all) {
        if (!may_replace(sorted, bid, all.front())) continue;
        if (is_outranked(*bid.evidence)) return Wait{};
        const Server server = server_of(bid.candidate->settings);
        const Probe* probe = find_probe(known, server);
        if (probe == nullptr) return AskServer{server};
        if (did_not_answer(*probe)) continue;
        return settle_trust(domain, sorted, pending, bid.candidate->settings);
    }
    return unless_pending;
}

Report rank(const Address& address, std::vector<Evidence> evidence,
            std::vector<ProbedServer> probed) {
    std::ranges::stable_sort(evidence, ranks_before);
    Report report;
    report.email = address.text;
    report.evidence = std::move(evidence);
    add_probes(probed, report.evidence);
    const auto first = std::ranges::find_if(report.evidence, is_conclusive);
    if (first != report.evidence.end() && first->candidates.empty()) {
        report.no_imap = true;
        report.source = first->source;
        add_facts(report, *first);
    } else if (first != report.evidence.end()) {
        const std::vector<Bid> all = bids(report.evidence);
        settle(report, winner_of(report.evidence, all, probed), probed);
    }
    note_flaws(report.evidence, probed);
    if (report.provider.id.empty()) report.provider.id = address.domain;
    if (report.provider.name.empty()) report.provider.name = report.provider.id;
    return report;
}

std::vector<AuthMethod> agreed_auth(const std::vector<AuthMethod>& named,
                                    const std::vector<AuthMethod>& offered) {
    const auto has = [](const std::vector<AuthMethod>& methods, AuthMethod method) {
        return std::ranges::find(methods, method) != methods.end();
    };
    std::vector<AuthMethod> agreed;
    for (const AuthMethod method : named) {
        if (has(offered, method)) agreed.push_back(method);
    }
    for (const AuthMethod method : offered) {
        if (!has(agreed, method)) agreed.push_back(method);
    }
    return agreed;
}

}  // namespace gatepost::discovery
