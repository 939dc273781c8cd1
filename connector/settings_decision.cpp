#include "connector/settings_decision.h"

#include <algorithm>

namespace gatepost::connector {
namespace {

// RFC 3696: an address has at most 320 characters; user names that are no addresses are shorter.
constexpr std::size_t max_username_bytes = 320;

constexpr std::uint16_t imaps_port = 993;  // RFC 8314
constexpr std::uint16_t imap_port = 143;   // RFC 3501

std::string domain_of(const std::string& address) {
    return address.substr(address.rfind('@') + 1);
}

// "imap.example.com" is of example.com; "example.com" is itself.
std::string domain_of_host(const std::string& host) {
    const std::size_t first = host.find('.');
    const bool has_more_dots = host.find('.', first + 1) != std::string::npos;
    return has_more_dots ? host.substr(first + 1) : host;
}

std::string lower_case(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool takes_passwords(const Settings& settings) {
    return std::ranges::find(settings.auth, AuthMethod::password) != settings.auth.end();
}

std::string page_of(const discovery::Report& report) {
    return report.documentation.empty() ? std::string() : report.documentation.front().url;
}

Problem with_page(Problem problem, const std::string& page) {
    if (page.empty() || !problem.fact("documentation").empty()) return problem;
    return std::move(problem).with("documentation", page);
}

std::string name_of(const discovery::Provider& provider, const std::string& email) {
    if (!provider.name.empty()) return provider.name;
    return provider.id.empty() ? domain_of(email) : provider.id;
}

Refusal not_found(const discovery::Report& report) {
    return {problem(ProblemKind::settings_not_found,
                    "No mail settings were found for " + domain_of(report.email) +
                        ". Name the IMAP server yourself (host, port, security)."),
            report};
}

Refusal unproven(const discovery::Report& report) {
    return {problem(ProblemKind::settings_unproven,
                    "The settings found for " + report.email + " lead to " + report.settings.host +
                        ", and nothing proves that this host may have the password. Confirm them: "
                        "send them back as imap, or accept unproven settings."),
            report};
}

Refusal no_imap(const discovery::Report& report) {
    return {with_page(problem(ProblemKind::no_imap, name_of(report.provider, report.email) +
                                                        " offers no IMAP, so the mailbox cannot be "
                                                        "connected."),
                      page_of(report)),
            report};
}

Refusal takes_no_passwords(const discovery::Report& report) {
    if (report.settings.auth.empty()) {
        return {with_page(problem(ProblemKind::sign_in_refused,
                                  report.settings.host +
                                      " offers no way to sign in that is known here. The password "
                                      "was not sent.")
                              .with("reason", "no_known_method"),
                          page_of(report)),
                report};
    }
    return {with_page(problem(ProblemKind::sign_in_refused,
                              name_of(report.provider, report.email) +
                                  " takes no passwords over IMAP, only OAuth. The password was not "
                                  "sent.")
                          .with("reason", "oauth_only"),
                      page_of(report)),
            report};
}

Problem not_a_host_name() {
    return problem(ProblemKind::bad_request,
                   "imap.host must be a host name such as imap.example.com, not an address.")
        .with("field", "imap.host");
}

Problem unusable_username() {
    return problem(ProblemKind::bad_request,
                   "imap.username must not have control characters or more than 320 bytes.")
        .with("field", "imap.username");
}

bool is_username(const std::string& name) {
    return name.size() <= max_username_bytes && std::ranges::none_of(name, is_control);
}

std::uint16_t usual_port(Security security) {
    return security == Security::tls ? imaps_port : imap_port;
}

}  // namespace

Outcome<Decision> decide_by_report(const discovery::Report& report, bool accept_unproven,
                                   const net::EgressPolicy& egress) {
    if (report.no_imap) return no_imap(report);
    if (!report.found) return not_found(report);
    // Servers of the address's domain choose the port too: they shall not make us scan others.
    if (auto port = egress.check_imap_port(report.settings.port); !port) {
        return Refusal{std::move(port).error(), report};
    }
    if (!takes_passwords(report.settings)) return takes_no_passwords(report);
    if (!report.proven && !accept_unproven) return unproven(report);
    Decision decision{report.settings, report.provider.id, report.app_password, page_of(report)};
    if (decision.settings.username.empty()) decision.settings.username = report.email;
    if (decision.provider.empty()) decision.provider = domain_of(report.email);
    return decision;
}

Result<Decision> decide_by_request(const std::string& email, const ImapRequest& request,
                                   const net::EgressPolicy& egress) {
    if (!is_host_name(request.host)) return not_a_host_name();
    if (!is_username(request.username)) return unusable_username();
    Decision decision;
    decision.settings.host = lower_case(request.host);
    decision.settings.port = request.port.value_or(usual_port(request.security));
    decision.settings.security = request.security;
    decision.settings.username = request.username.empty() ? email : request.username;
    if (auto port = egress.check_imap_port(decision.settings.port); !port) {
        return std::move(port).error();
    }
    decision.provider = domain_of_host(decision.settings.host);
    return decision;
}

Result<Decision> decide_by_record(const vault::AccountRecord& record,
                                  const std::optional<ImapRequest>& replacement,
                                  const net::EgressPolicy& egress) {
    if (!replacement) return Decision{record.settings, record.provider, false, {}};
    auto decision = decide_by_request(record.email, *replacement, egress);
    if (decision && decision->settings.host == record.settings.host) {
        decision->provider = record.provider;
    }
    return decision;
}

Problem explain_sign_in_problem(Problem problem, const Decision& decision) {
    if (problem.kind == ProblemKind::sign_in_refused && decision.app_password) {
        problem.kind = ProblemKind::app_password_needed;
        problem.detail =
            "The provider refused to sign in. It wants an app password, made for this purpose at "
            "the provider, instead of the account's own password.";
    }
    if (problem.kind == ProblemKind::app_password_needed || problem.kind == ProblemKind::no_imap) {
        return with_page(std::move(problem), decision.documentation);
    }
    return problem;
}

}  // namespace gatepost::connector
