#include "cli/print_status.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ostream>

#include "cli/members.h"
#include "cli/text.h"
#include "cli/time_text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

// As many as stand on a small terminal beside the rest.
constexpr std::size_t max_providers = 10;

constexpr std::array account_states{"live", "connecting", "retrying", "refused", "paused"};
constexpr std::array session_states{"idle", "leased", "connecting"};

std::int64_t count_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

std::int64_t total_of(const json::object& counts) {
    std::int64_t total = 0;
    for (const auto& [name, value] : counts)
        total += count_of(counts, name);
    return total;
}

/// "3 live, 1 refused": those that there are.
template <std::size_t N>
std::string counts_text(const json::object& counts, const std::array<const char*, N>& names) {
    std::string text;
    for (const char* name : names) {
        const std::int64_t count = count_of(counts, name);
        if (count == 0) continue;
        if (!text.empty()) text += ", ";
        text += std::to_string(count) + " " + name;
    }
    return text.empty() ? "none" : text;
}

/// The time between two members that are times; nothing when one is not, or the second is earlier.
std::optional<std::chrono::milliseconds> between(const json::object& from, std::string_view since,
                                                 const json::object& to, std::string_view until) {
    const auto begin = moment_of(text_of(from, since));
    const auto end = moment_of(text_of(to, until));
    if (!begin || !end || *end <= *begin) return std::nullopt;
    return *end - *begin;
}

std::string rate_text(std::int64_t count, std::chrono::milliseconds length) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f/s",
                  static_cast<double>(count) * 1000 / static_cast<double>(length.count()));
    return text.data();
}

std::string sign_in_rate(const json::object& status, const json::object& before) {
    const std::int64_t now = count_of(object_of(status, "sign_ins"), "ok");
    const bool is_same_run = text_of(status, "started_at") == text_of(before, "started_at");
    const auto since_before = between(before, "at", status, "at");
    if (is_same_run && since_before) {
        const std::int64_t then = count_of(object_of(before, "sign_ins"), "ok");
        return rate_text(now - then, *since_before) + " in the last " + length_text(*since_before);
    }
    const auto since_start = between(status, "started_at", status, "at");
    if (!since_start) return "";
    return rate_text(now, *since_start) + " on average since the start";
}

std::string sign_ins_text(const json::object& status, const json::object& before) {
    const json::object& sign_ins = object_of(status, "sign_ins");
    std::string text = sign_in_rate(status, before);
    if (!text.empty()) text += "; ";
    return text + std::to_string(count_of(sign_ins, "ok")) + " since the start, " +
           std::to_string(count_of(sign_ins, "refused")) + " refused, " +
           std::to_string(count_of(sign_ins, "failed")) + " failed";
}

std::string oldest_problem_text(const json::object& status) {
    const json::object& oldest = object_of(status, "oldest_problem");
    if (oldest.empty()) return "none";
    const json::object& problem = object_of(oldest, "problem");
    std::string text = text_of(oldest, "email") + " (" + text_of(oldest, "account") + "), " +
                       text_of(oldest, "state");
    if (const auto length = between(oldest, "since", status, "at")) {
        text += " for " + length_text(*length);
    }
    const std::string detail = text_of(problem, "detail");
    return text + ": " + (detail.empty() ? text_of(problem, "title") : detail);
}

void print_summary(std::ostream& out, const json::object& status, const json::object& before) {
    const json::object& accounts = object_of(status, "accounts");
    Table table;
    std::string program = text_of(status, "version");
    if (const auto up = between(status, "started_at", status, "at")) {
        program += ", up for " + length_text(*up);
    }
    table.add({"gatepostd", std::move(program)});
    table.add({"accounts",
               std::to_string(total_of(accounts)) + ": " + counts_text(accounts, account_states)});
    table.add({"sessions", counts_text(object_of(status, "sessions"), session_states)});
    table.add({"sign-ins", sign_ins_text(status, before)});
    table.add({"leases", text_of(status, "leases") + " since the start"});
    table.add({"oldest problem", oldest_problem_text(status)});
    table.print(out);
}

/// What one row of the table counts: those of a provider, or of all that have no row.
struct Row {
    std::string name;
    std::array<std::int64_t, account_states.size()> accounts{};
    std::array<std::int64_t, session_states.size()> sessions{};

    void add(const json::object& figures) {
        for (std::size_t i = 0; i < accounts.size(); ++i)
            accounts[i] += count_of(object_of(figures, "accounts"), account_states[i]);
        for (std::size_t i = 0; i < sessions.size(); ++i)
            sessions[i] += count_of(object_of(figures, "sessions"), session_states[i]);
    }

    [[nodiscard]] std::vector<std::string> cells() const {
        std::vector<std::string> cells;
        cells.push_back(name);
        for (const std::int64_t count : accounts)
            cells.push_back(std::to_string(count));
        for (const std::int64_t count : sessions)
            cells.push_back(std::to_string(count));
        return cells;
    }
};

void print_providers(std::ostream& out, const json::object& status) {
    const json::array& providers = array_of(status, "providers");
    if (providers.empty()) return;
    Table table;
    table.add({"PROVIDER", "LIVE", "CONNECTING", "RETRYING", "REFUSED", "PAUSED", "IDLE SESSIONS",
               "LEASED", "CONNECTING"});
    const json::object& others = object_of(status, "other_providers");
    Row rest;
    std::int64_t in_rest = count_of(others, "providers");
    rest.add(others);
    for (std::size_t i = 0; i < providers.size(); ++i) {
        if (!providers[i].is_object()) continue;
        const json::object& provider = providers[i].get_object();
        if (i >= max_providers) {
            rest.add(provider);
            ++in_rest;
            continue;
        }
        Row row;
        row.name = text_of(provider, "provider");
        row.add(provider);
        table.add(row.cells());
    }
    rest.name = std::to_string(in_rest) + " others";
    if (in_rest > 0) table.add(rest.cells());
    out << '\n';
    table.print(out);
}

}  // namespace

void print_status(std::ostream& out, const json::object& status, const json::object& before) {
    print_summary(out, status, before);
    print_providers(out, status);
}

}  // namespace gatepost::cli
