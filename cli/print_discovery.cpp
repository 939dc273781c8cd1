#include "cli/print_discovery.h"

#include <ostream>

#include "cli/members.h"
#include "cli/text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view indent = "  ";

std::string server_of(const json::object& settings) {
    if (settings.empty()) return {};
    return text_of(settings, "host") + ":" + text_of(settings, "port") + ", " +
           text_of(settings, "security");
}

bool is_found(const json::object& evidence) {
    return text_of(evidence, "outcome") == "found";
}

// Evidence is in the order of rank, so the winner is the first that says what the report says.
const json::object* winner_of(const json::object& report) {
    const std::string server = server_of(object_of(report, "settings"));
    for (const json::value& value : array_of(report, "evidence")) {
        if (!value.is_object() || !is_found(value.get_object())) continue;
        if (server_of(object_of(value.get_object(), "settings")) == server)
            return &value.get_object();
    }
    return nullptr;
}

std::string name_of(const json::object& report) {
    const json::object& provider = object_of(report, "provider");
    const std::string name = text_of(provider, "name");
    return name.empty() ? text_of(provider, "id") : name;
}

std::string proof_of(const json::object& report) {
    if (is_true(report, "proven")) {
        return "yes: by the provider itself or a fact that is compiled in or imported; the "
               "password may go there";
    }
    return "no: somebody else may have made this up, so no password goes there unless you say so";
}

// Empty where the server was not asked.
std::string probe_of(const json::object& report) {
    const json::object& probe = object_of(report, "probe");
    const std::string outcome = text_of(probe, "outcome");
    if (outcome.empty() || outcome == "skipped") return {};
    if (outcome == "found") return "yes, under a certificate that is valid for its name";
    return "no: " + text_of(probe, "detail");
}

std::string origin_of(const json::object& report) {
    const json::object* winner = winner_of(report);
    if (winner == nullptr) return {};
    return text_of(*winner, "source") + ": " + text_of(*winner, "from");
}

std::string notes_of(const json::object& report) {
    if (is_true(report, "no_imap")) return "this provider offers no IMAP";
    if (is_true(report, "app_password")) {
        return "this provider wants an app password instead of the account's own";
    }
    return {};
}

void add_lists(Table& table, const json::object& report) {
    for (const json::value& value : array_of(report, "alternatives")) {
        if (value.is_object()) table.add({"or else", server_of(value.get_object())});
    }
    for (const json::value& value : array_of(report, "documentation")) {
        if (value.is_object()) table.add({"help", text_of(value.get_object(), "url")});
    }
}

// The sources with that outcome that stand before the winner, or after it, by name.
std::string sources(const json::object& report, const json::object& winner, bool before) {
    std::string names;
    bool passed = false;
    for (const json::value& value : array_of(report, "evidence")) {
        if (!value.is_object()) continue;
        if (&value.get_object() == &winner) {
            passed = true;
            continue;
        }
        if (passed == before || (!before && !is_found(value.get_object()))) continue;
        if (!names.empty()) names += ", ";
        names += text_of(value.get_object(), "source");
    }
    return names;
}

std::string why(const json::object& report) {
    const json::object* winner = winner_of(report);
    if (winner == nullptr) return "No source knows settings.";
    const std::string better = sources(report, *winner, true);
    const std::string worse = sources(report, *winner, false);
    std::string text = text_of(*winner, "source") + " won: ";
    text += better.empty()
                ? "no source ranks higher"
                : "it ranks highest of those that found settings (before it: " + better + ")";
    if (!worse.empty()) text += "; " + worse + " found some too, but cannot override it";
    return text + ".";
}

std::string said(const json::object& evidence) {
    const std::string server = server_of(object_of(evidence, "settings"));
    return server.empty() ? text_of(evidence, "detail") : server;
}

}  // namespace

void print_discovery(std::ostream& out, const json::object& report) {
    const json::object& settings = object_of(report, "settings");
    const std::string provider = name_of(report);
    std::string heading = text_of(report, "email");
    if (!provider.empty()) heading += " at " + provider;
    out << printable(heading) << "\n";
    Table table;
    const auto add = [&](const char* name, std::string value) {
        if (!value.empty()) table.add({name, std::move(value)});
    };
    if (!settings.empty()) {
        add("server", server_of(settings));
        add("username", text_of(settings, "username"));
        add("sign-in", joined(array_of(settings, "auth")));
        add("proven", proof_of(report));
        add("answers", probe_of(report));
        add("from", origin_of(report));
    }
    add("OAuth", text_of(object_of(report, "oauth"), "issuer"));
    add("note", notes_of(report));
    add_lists(table, report);
    table.print(out, indent);
}

void print_trace(std::ostream& out, const json::object& report) {
    Table table;
    table.add({"SOURCE", "OUTCOME", "PROVEN", "MS", "ASKED AND SAID"});
    for (const json::value& value : array_of(report, "evidence")) {
        if (!value.is_object()) continue;
        const json::object& evidence = value.get_object();
        const char* proven = is_true(evidence, "proven") ? "yes" : "no";
        table.add({text_of(evidence, "source"), text_of(evidence, "outcome"),
                   is_found(evidence) ? proven : "", text_of(evidence, "ms"),
                   text_of(evidence, "from")});
        if (const std::string text = said(evidence); !text.empty()) {
            table.add({"", "", "", "", "\u2192 " + text});
        }
    }
    out << '\n';
    table.print(out, indent);
    out << '\n'
        << indent << printable(why(report)) << ' ' << text_of(report, "took_ms") << " ms in all.\n";
}

}  // namespace gatepost::cli
