#include "cli/print_vault.h"

#include <ostream>

#include "cli/members.h"
#include "cli/text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

std::string job_of(const json::object& vault) {
    const json::object& job = object_of(vault, "job");
    if (job.empty()) return "none since the start";
    std::string line =
        progress_of(job) + ", " + text_of(job, "state") + ", begun " + text_of(job, "started_at");
    const std::string why = text_of(object_of(job, "problem"), "detail");
    return why.empty() ? line : line + ": " + why;
}

std::string_view account_advice(std::string_view damage) {
    if (damage == "row") {
        return "is not as it was stored: remove it and add it again, or restore a backup";
    }
    return "has a credential that does not open: gatepost account set-password, or restore a "
           "backup";
}

void print_damaged_accounts(std::ostream& out, const json::array& accounts) {
    for (const json::value& account : accounts) {
        if (!account.is_object()) continue;
        const json::object& damaged = account.get_object();
        out << printable("account " + text_of(damaged, "account") + " ")
            << account_advice(text_of(damaged, "damage")) << '\n';
    }
}

void print_damaged_documents(std::ostream& out, const json::array& documents) {
    for (const json::value& document : documents) {
        if (!document.is_object()) continue;
        out << printable("document " + text_of(document.get_object(), "document"))
            << " is not as it was stored: store it again (gatepost providers import)\n";
    }
}

}  // namespace

std::string progress_of(const json::object& job) {
    return printable(text_of(job, "what") + ": " + text_of(job, "done") + " of " +
                     text_of(job, "total"));
}

void print_vault(std::ostream& out, const json::object& vault) {
    Table table;
    table.add({"accounts", text_of(vault, "accounts")});
    table.add({"schema", text_of(vault, "schema")});
    table.add({"writable", is_true(vault, "writable") ? "yes" : "no"});
    table.add({"wrapping key", text_of(vault, "wrapping_key")});
    table.add({"keys under older ones", text_of(vault, "keys_under_older")});
    table.add({"job", job_of(vault)});
    table.print(out);
}

void print_backup(std::ostream& out, const json::object& result) {
    out << printable(text_of(result, "path") + ": " + text_of(result, "bytes") + " bytes") << '\n';
}

void print_check(std::ostream& out, const json::object& report) {
    for (const json::value& words : array_of(report, "file")) {
        if (words.is_string()) out << printable("file: " + std::string(words.get_string())) << '\n';
    }
    if (!array_of(report, "file").empty()) {
        out << "The file itself is damaged: stop gatepostd and restore a backup.\n";
    }
    const std::string keys = text_of(report, "keys");
    if (!keys.empty()) out << printable("It would not open again: " + keys) << '\n';
    print_damaged_accounts(out, array_of(report, "damaged_accounts"));
    print_damaged_documents(out, array_of(report, "damaged_documents"));
    if (is_true(report, "whole")) out << "Nothing is damaged";
    if (!is_true(report, "whole")) out << "Everything else is in order";
    out << printable(" (accounts: " + text_of(report, "accounts") +
                     ", documents: " + text_of(report, "documents") + ").")
        << '\n';
}

}  // namespace gatepost::cli
