#include "discovery/report.h"

#include <array>
#include <utility>

namespace gatepost::discovery {
namespace {

constexpr std::array<std::string_view, 8> source_names{
    "providers", "pacc", "autoconfig", "srv", "ispdb", "mx", "autodiscover", "guess"};
constexpr std::array<std::string_view, 6> outcome_names{"found",     "not_found", "failed",
                                                        "timed_out", "refused",   "skipped"};

}  // namespace

std::string_view name_of(SourceKind source) {
    return source_names.at(static_cast<std::size_t>(source));
}

std::string_view name_of(Outcome outcome) {
    return outcome_names.at(static_cast<std::size_t>(outcome));
}

Server server_of(const Settings& settings) {
    return {settings.host, settings.port, settings.security};
}

std::string text_of(const Server& server) {
    return server.host + ":" + std::to_string(server.port);
}

Outcome outcome_of(const Problem& problem) {
    switch (problem.kind) {
        case ProblemKind::host_not_allowed:
            return Outcome::refused;
        case ProblemKind::timed_out:
            return Outcome::timed_out;
        case ProblemKind::cannot_connect:
            if (problem.fact("reason") == "timeout") return Outcome::timed_out;
            return problem.fact("reason") == "dns" ? Outcome::not_found : Outcome::failed;
        default:
            return Outcome::failed;
    }
}

bool is_conclusive(const Evidence& evidence) {
    return !evidence.candidates.empty() || evidence.no_imap;
}

}  // namespace gatepost::discovery
