#include "cli/failure.h"

#include "cli/members.h"
#include "cli/text.h"
#include "core/result.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view type_prefix = "urn:gatepost:problem:";
constexpr std::string_view daemon_unreachable = "urn:gatepost:problem:daemon-unreachable";

std::string type_of(ProblemKind kind) {
    return std::string(type_prefix) + std::string(name_of(kind));
}

std::string sentence(std::string text) {
    if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?')
        text += '.';
    return text;
}

std::string unproven(const json::object& problem, std::string detail) {
    const std::string host = text_of(object_of(problem, "settings"), "host");
    if (host.empty()) return detail + " If you trust them, add --accept-unproven.";
    return "Nothing proves that " + host +
           " may have the password. If you trust it, add --accept-unproven; or name the right "
           "server "
           "with --host.";
}

// The provider's help page, which the problem names as text or as a list of documents.
std::string page_of(const json::object& problem) {
    std::string page = text_of(problem, "documentation");
    if (!page.empty()) return page;
    for (const json::value& document : array_of(problem, "documentation")) {
        if (document.is_object()) return text_of(document.get_object(), "url");
    }
    return page;
}

std::string with_page(const json::object& problem, std::string detail) {
    const std::string page = page_of(problem);
    if (page.empty() || detail.find(page) != std::string::npos) return detail;
    return detail + " See " + page;
}

std::string explain(const json::object& problem, std::string detail) {
    const std::string type = text_of(problem, "type");
    if (type == type_of(ProblemKind::settings_unproven)) return unproven(problem, detail);
    if (type == type_of(ProblemKind::settings_not_found)) {
        if (detail.find("--host") != std::string::npos) return detail;
        return detail + " The options for that are --host, --port, --security and --username.";
    }
    return with_page(problem, std::move(detail));
}

}  // namespace

Failure::Failure(const Problem& found)
    : problem{{"type", type_of(found.kind)},
              {"title", title_of(found.kind)},
              {"detail", found.detail}} {
    for (const auto& [name, value] : found.facts)
        problem[name] = value;
}

Failure Failure::without_daemon(const Problem& found) {
    Failure failure(found);
    failure.problem["type"] = daemon_unreachable;
    failure.problem["title"] = "The daemon cannot be reached";
    return failure;
}

Failure Failure::told(json::object members) {
    Failure failure;
    failure.problem = std::move(members);
    return failure;
}

Failure Failure::answered(unsigned status, json::value body) {
    if (body.is_object() && body.get_object().contains("type")) {
        return told(std::move(body.get_object()));
    }
    return Failure(gatepost::problem(ProblemKind::internal,
                                     "The daemon answered " + std::to_string(status) +
                                         " without saying why. Is this the socket of gatepostd?"));
}

bool Failure::may_pass() const {
    return text_of(problem, "type") == daemon_unreachable || text_of(problem, "status") == "503";
}

std::string reason_of(const Failure& failure) {
    std::string detail = text_of(failure.problem, "detail");
    if (detail.empty()) detail = text_of(failure.problem, "title");
    if (detail.empty()) detail = "The daemon refused, and did not say why";
    return printable(explain(failure.problem, sentence(std::move(detail))));
}

}  // namespace gatepost::cli
