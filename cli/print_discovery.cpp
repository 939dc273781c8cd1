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

// Of evidence and of probes.
bool is_found(const json::object& asked) {
    return text_of(asked, "outcome") == "found";
}

bool has_failed(const json::object& probe) {
    const std::string outcome = text_of(probe, "outcome");
    return !outcome.empty() && outcome != "found" && outcome != "skipped";
}

// Whose word the settings are; null where nobody knows any.
const json::object* winner_of(const json::object& report) {
    const std::string source = text_of(report, "source");
    for (const json::value& value : array_of(report, "evidence")) {
        if (!value.is_object() || source.empty()) continue;
        if (text_of(value.get_object(), "source") == source) return &value.get_object();
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
    if (has_failed(probe)) return "no: " + text_of(probe, "detail");
    return is_found(probe) ? "yes, under a certificate that is valid for its name" : "";
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

// The server that ranks before the winner's and gave way to it, and who named it; empty where none
// did. Evidence is in the order of rank.
std::string who_gave_way(const json::object& report) {
    const std::string won = server_of(object_of(report, "settings"));
    for (const json::value& value : array_of(report, "evidence")) {
        if (!value.is_object() || !is_found(value.get_object())) continue;
        const json::object& first = value.get_object();
        const std::string server = server_of(object_of(first, "settings"));
        return server == won ? std::string() : server + " (" + text_of(first, "source") + ")";
    }
    return {};
}

std::string rank_of(const json::object& report, const json::object& winner) {
    const std::string better = who_gave_way(report);
    if (!better.empty()) {
        return " with " + server_of(object_of(report, "settings")) + ": " + better +
               " ranks higher, but did not pass its probe";
    }
    const std::string silent = sources(report, winner, true);
    if (silent.empty()) return ": no source ranks higher";
    return ": it ranks highest of those that found settings (before it: " + silent + ")";
}

std::string why(const json::object& report) {
    const json::object* winner = winner_of(report);
    if (winner == nullptr) return "No source knows settings.";
    const std::string name = text_of(*winner, "source");
    if (!is_true(report, "found")) return name + " knows that there is no IMAP.";
    std::string text = name + " won" + rank_of(report, *winner);
    const std::string worse = sources(report, *winner, false);
    if (!worse.empty()) text += "; " + worse + " found some too, but cannot override it";
    text += '.';
    if (has_failed(object_of(report, "probe"))) {
        text +=
            " Its server did not pass the probe, but no other that is trusted as much is known "
            "to answer.";
    }
    return text;
}

std::string said(const json::object& evidence) {
    const std::string server = server_of(object_of(evidence, "settings"));
    const std::string detail = text_of(evidence, "detail");
    return server + (server.empty() || detail.empty() ? "" : ". ") + detail;
}

std::string time_of(const json::object& report) {
    const json::value* age = report.if_contains("age_ms");
    if (age == nullptr || !age->is_int64()) return text_of(report, "took_ms") + " ms in all.";
    const std::int64_t seconds = age->get_int64() / 1000;
    return "This was found " + std::to_string(seconds) + " s ago; --fresh asks anew.";
}

void add_said(Table& table, const std::string& text) {
    if (!text.empty()) table.add({"", "", "", "", "\u2192 " + text});
}

void add_evidence(Table& table, const json::object& evidence) {
    const char* proven = is_true(evidence, "proven") ? "yes" : "no";
    table.add({text_of(evidence, "source"), text_of(evidence, "outcome"),
               is_found(evidence) ? proven : "", text_of(evidence, "ms"),
               text_of(evidence, "from")});
    add_said(table, said(evidence));
}

void add_probe(Table& table, const json::object& settings, const json::object& probe) {
    if (probe.empty()) return;
    table.add(
        {"(probe)", text_of(probe, "outcome"), "", text_of(probe, "ms"), server_of(settings)});
    add_said(table, text_of(probe, "detail"));
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
        if (value.is_object()) add_evidence(table, value.get_object());
    }
    add_probe(table, object_of(report, "settings"), object_of(report, "probe"));
    for (const json::value& value : array_of(report, "alternatives")) {
        if (!value.is_object()) continue;
        add_probe(table, value.get_object(), object_of(value.get_object(), "probe"));
    }
    out << '\n';
    table.print(out, indent);
    out << '\n' << indent << printable(why(report)) << ' ' << time_of(report) << '\n';
}

}  // namespace gatepost::cli
