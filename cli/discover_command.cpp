#include "cli/discover_command.h"

#include "cli/local_discovery.h"
#include "cli/members.h"
#include "cli/print_discovery.h"
#include "cli/requests.h"
#include "core/result.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

Outcome<json::object> report_of(ApiClient& api, const Discover& asked) {
    if (asked.local) return discover_locally(asked.address);
    auto answer = api.send({"GET", discovery_target(asked)});
    if (!answer) return std::move(answer).error();
    if (!answer->is_object()) return json::object();
    return std::move(answer->get_object());
}

void print(Output output, const json::object& report, bool trace) {
    if (output.json) {
        print_json(output, report);
        return;
    }
    if (is_true(report, "found")) print_discovery(output.out, report);
    if (trace) print_trace(output.out, report);
}

Problem nothing_found(const json::object& report) {
    if (is_true(report, "no_imap")) {
        return problem(ProblemKind::no_imap,
                       text_of(object_of(report, "provider"), "name") +
                           " offers no IMAP, so the mailbox cannot be connected.");
    }
    return problem(ProblemKind::settings_not_found,
                   "No source knows mail settings for " + text_of(report, "email") +
                       ". --trace shows what each said; account add takes them with --host.");
}

}  // namespace

Outcome<void> discover(ApiClient& api, const Discover& asked, Output output) {
    auto report = report_of(api, asked);
    if (!report) return std::move(report).error();
    print(output, *report, asked.trace);
    if (is_true(*report, "found")) return {};
    Failure failure(nothing_found(*report));
    failure.shown = true;
    return failure;
}

}  // namespace gatepost::cli
