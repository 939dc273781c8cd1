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

}  // namespace gatepost::cli
