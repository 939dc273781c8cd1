#include "cli/print_providers.h"

#include <ostream>

#include "cli/members.h"
#include "cli/text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view indent = "  ";

void add_files(Table& table, const json::array& files, const char* what) {
    for (const json::value& value : files) {
        if (!value.is_object()) continue;
        table.add(
            {text_of(value.get_object(), "file"), what, text_of(value.get_object(), "detail")});
    }
}

// In the largest unit of which there is at least one: "3 days".
std::string age_of(const json::object& table) {
    const json::value* seconds = table.if_contains("age_seconds");
    if (seconds == nullptr || !seconds->is_int64()) return {};
    const std::pair<std::int64_t, const char*> units[] = {
        {86400, " days"}, {3600, " hours"}, {60, " minutes"}};
    for (const auto& [length, name] : units) {
        if (seconds->get_int64() >= length)
            return std::to_string(seconds->get_int64() / length) + name;
    }
    return std::to_string(seconds->get_int64()) + " seconds";
}

}  // namespace

void print_import(std::ostream& out, const json::object& report) {
    out << printable("Imported " + text_of(report, "providers") + " providers with " +
                     text_of(report, "domains") + " domains.")
        << '\n';
    Table table;
    add_files(table, array_of(report, "skipped"), "skipped");
    add_files(table, array_of(report, "left_out"), "left out");
    table.print(out, indent);
}

void print_providers(std::ostream& out, const json::object& answer) {
    Table table;
    table.add({"TABLE", "PROVIDERS", "DOMAINS", "IMPORTED", "AGE"});
    for (const json::value& value : array_of(answer, "tables")) {
        if (!value.is_object()) continue;
        const json::object& each = value.get_object();
        table.add({text_of(each, "origin"), text_of(each, "providers"), text_of(each, "domains"),
                   text_of(each, "imported_at"), age_of(each)});
    }
    table.print(out);
}

}  // namespace gatepost::cli
