#include "cli/print_account.h"

#include <ostream>

#include "cli/members.h"
#include "cli/text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

std::string server_of(const json::object& account) {
    const json::object& imap = object_of(account, "imap");
    return text_of(imap, "host") + ":" + text_of(imap, "port");
}

std::string sessions_of(const json::object& account) {
    std::string text;
    for (const auto& [name, count] : object_of(account, "sessions")) {
        if (!count.is_number() || count.to_number<double>() == 0) continue;
        if (!text.empty()) text += ", ";
        text += text_of(object_of(account, "sessions"), name) + " " + std::string(name);
    }
    return text.empty() ? "none" : text;
}

std::string problem_of(const json::object& account) {
    const json::object& problem = object_of(account, "problem");
    std::string detail = text_of(problem, "detail");
    return detail.empty() ? text_of(problem, "title") : detail;
}

std::string labels_of(const json::object& account) {
    std::string text;
    for (const auto& [name, value] : object_of(account, "labels")) {
        if (!text.empty()) text += ", ";
        text.append(name).append("=").append(text_of(object_of(account, "labels"), name));
    }
    return text;
}

}  // namespace

void print_accounts(std::ostream& out, const json::array& accounts) {
    if (accounts.empty()) {
        out << "No accounts.\n";
        return;
    }
    Table table;
    table.add({"ID", "ADDRESS", "STATE", "SERVER", "SESSIONS", "PROBLEM"});
    for (const json::value& value : accounts) {
        if (!value.is_object()) continue;
        const json::object& account = value.get_object();
        table.add({text_of(account, "id"), text_of(account, "email"), text_of(account, "state"),
                   server_of(account), sessions_of(account), problem_of(account)});
    }
    table.print(out);
}

void print_account(std::ostream& out, const json::object& account) {
    const json::object& imap = object_of(account, "imap");
    Table table;
    const auto add = [&](const char* name, std::string value) {
        if (!value.empty()) table.add({name, std::move(value)});
    };
    add("id", text_of(account, "id"));
    add("address", text_of(account, "email"));
    const std::string application = text_of(account, "application");
    if (application != "default") add("application", application);
    add("state", text_of(account, "state") + ", since " + text_of(account, "state_since"));
    add("problem", problem_of(account));
    add("retry at", text_of(account, "retry_at"));
    add("server", server_of(account) + ", " + text_of(imap, "security"));
    add("username", text_of(imap, "username"));
    add("sign-in", text_of(account, "auth"));
    add("provider", text_of(account, "provider"));
    add("sessions", sessions_of(account));
    add("labels", labels_of(account));
    add("created", text_of(account, "created_at"));
    add("server can", joined(array_of(account, "capabilities")));
    table.print(out);
}

void print_standing(std::ostream& out, const json::object& account) {
    std::string line = text_of(account, "email") + " (" + text_of(account, "id") +
                       "): " + text_of(account, "state") + ", " + server_of(account);
    if (const std::string problem = problem_of(account); !problem.empty()) line += ": " + problem;
    out << printable(line) << '\n';
}

}  // namespace gatepost::cli
