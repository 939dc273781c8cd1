#include "daemon/problem_answer.h"

#include <boost/json/serialize.hpp>

#include "discovery/report_json.h"
#include "discovery/text.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;

// What is short of something now has it again within seconds: descriptors, sign-ins in flight.
constexpr const char* retry_after_seconds = "5";

Answer problem_json(ProblemKind kind, const json::object& members) {
    Answer answer{status_of(kind), "application/problem+json", json::serialize(members)};
    answer.problem = name_of(kind);
    if (answer.status == 503) answer.headers.emplace_back("Retry-After", retry_after_seconds);
    return answer;
}

}  // namespace

unsigned status_of(ProblemKind kind) {
    switch (kind) {
        case ProblemKind::bad_request:
        case ProblemKind::invalid_address:
            return 400;
        case ProblemKind::unknown_account:
        case ProblemKind::not_found:
            return 404;
        case ProblemKind::operator_only:
            return 403;
        case ProblemKind::not_allowed:
            return 405;
        case ProblemKind::already_exists:
        case ProblemKind::conflict:
        case ProblemKind::account_paused:
        case ProblemKind::settings_unproven:
            return 409;
        case ProblemKind::too_large:
            return 413;
        case ProblemKind::settings_not_found:
        case ProblemKind::no_imap:
        case ProblemKind::app_password_needed:
        case ProblemKind::host_not_allowed:
        case ProblemKind::cannot_connect:
        case ProblemKind::tls_failed:
        case ProblemKind::protocol_violation:
        case ProblemKind::sign_in_refused:
            return 422;
        case ProblemKind::provider_unavailable:
        case ProblemKind::overloaded:
        case ProblemKind::cancelled:
            return 503;
        case ProblemKind::timed_out:
            return 504;
        case ProblemKind::vault_full:
            return 507;
        case ProblemKind::vault_damaged:
        case ProblemKind::root_key:
        case ProblemKind::configuration:
        case ProblemKind::internal:
            return 500;
    }
    return 500;
}

json::object to_json(const Problem& problem) {
    json::object members;
    // First, so that no fact can take the place of a standard member.
    for (const auto& [name, value] : problem.facts)
        members[name] = discovery::valid_utf8(value);
    members["type"] = "urn:gatepost:problem:" + std::string(name_of(problem.kind));
    members["title"] = title_of(problem.kind);
    members["status"] = status_of(problem.kind);
    members["detail"] = discovery::valid_utf8(problem.detail);
    return members;
}

Answer answer_of(const Problem& problem) {
    return problem_json(problem.kind, to_json(problem));
}

Answer answer_of(const connector::Refusal& refusal) {
    json::object members = to_json(refusal.problem);
    if (refusal.report) {
        json::object report = discovery::to_json(*refusal.report);
        members["evidence"] = std::move(report["evidence"]);
        if (refusal.problem.kind == ProblemKind::settings_unproven) {
            members["settings"] = std::move(report["settings"]);
        }
    }
    return problem_json(refusal.problem.kind, members);
}

Answer method_not_allowed(const std::string& allowed) {
    Answer answer = answer_of(
        problem(ProblemKind::not_allowed, "This path is for other methods: " + allowed + "."));
    answer.headers.emplace_back("Allow", allowed);
    return answer;
}

}  // namespace gatepost::daemon
