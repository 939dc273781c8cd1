#include "discovery/ranking.h"

#include <algorithm>

namespace gatepost::discovery {
namespace {

bool is_conclusive(const Evidence& evidence) {
    return !evidence.candidates.empty() || evidence.no_imap;
}

bool ranks_before(const Evidence& one, const Evidence& other) {
    return one.source < other.source;
}

// The same place for the password to go to; user names may differ.
bool is_same_server(const Settings& one, const Settings& other) {
    return one.host == other.host && one.port == other.port && one.security == other.security;
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

void add_facts(Report& report, const Evidence& evidence) {
    if (report.provider.id.empty() && evidence.provider) report.provider = *evidence.provider;
    if (!report.oauth) report.oauth = evidence.oauth;
    if (report.documentation.empty()) report.documentation = evidence.documentation;
    report.app_password = report.app_password || evidence.app_password;
}

void add_alternative(Report& report, const std::vector<Evidence>& all, const Candidate& candidate) {
    const auto is_it = [&](const Candidate& known) {
        return is_same_server(known.settings, candidate.settings);
    };
    if (is_same_server(report.settings, candidate.settings)) return;
    if (std::ranges::any_of(report.alternatives, is_it)) return;
    report.alternatives.push_back(candidate);
    report.alternatives.back().proven = is_proven(all, candidate.settings);
}

void settle(Report& report, const Evidence& winner) {
    add_facts(report, winner);
    if (winner.candidates.empty()) {
        report.no_imap = true;
        return;
    }
    report.found = true;
    report.settings = winner.candidates.front().settings;
    report.proven = is_proven(report.evidence, report.settings);
    for (const Evidence& evidence : report.evidence) {
        if (names(evidence, report.settings)) add_facts(report, evidence);
        for (const Candidate& candidate : evidence.candidates)
            add_alternative(report, report.evidence, candidate);
    }
}

}  // namespace

bool is_decided(const std::vector<Evidence>& answered, const std::vector<SourceKind>& pending) {
    if (pending.empty()) return true;
    std::vector<Evidence> conclusive;
    std::ranges::copy_if(answered, std::back_inserter(conclusive), is_conclusive);
    const auto winner = std::ranges::min_element(conclusive, ranks_before);
    if (winner == conclusive.end()) return false;
    if (std::ranges::min(pending) < winner->source) return false;
    return winner->candidates.empty() || is_proven(conclusive, winner->candidates.front().settings);
}

Report rank(const Address& address, std::vector<Evidence> evidence) {
    std::ranges::stable_sort(evidence, ranks_before);
    Report report;
    report.email = address.text;
    report.evidence = std::move(evidence);
    const auto winner = std::ranges::find_if(report.evidence, is_conclusive);
    if (winner != report.evidence.end()) settle(report, *winner);
    if (report.provider.id.empty()) report.provider.id = address.domain;
    if (report.provider.name.empty()) report.provider.name = report.provider.id;
    return report;
}

}  // namespace gatepost::discovery
