#include "daemon/event_requests.h"

#include <set>

#include "daemon/event_format.h"
#include "imap/printable.h"

namespace gatepost::daemon {
namespace {

constexpr std::size_t max_name_shown = 64;  // of an unknown parameter

Problem bad_parameter(std::string_view name, const std::string& what) {
    std::string shown = imap::printable(name, max_name_shown);
    std::string detail = shown + " " + what;
    return problem(ProblemKind::bad_request, std::move(detail)).with("field", std::move(shown));
}

Result<void> read_parameter(const std::string& name, const std::string& value, EventQuery& query) {
    if (name == "application") {
        query.application = value;
    } else if (name == "account") {
        query.account = value;
    } else if (name == "type") {
        query.states = value == account_state_event;
        query.mailboxes = value == mailbox_changed_event;
        if (!query.states && !query.mailboxes) {
            return bad_parameter(name, "must be account.state or mailbox.changed.");
        }
    } else {
        return bad_parameter(name, "is not a parameter of events.");
    }
    return {};
}

}  // namespace

Result<EventQuery> read_event_query(const RequestTarget& target) {
    EventQuery query;
    std::set<std::string> seen;
    for (const auto& [name, value] : target.query) {
        if (!seen.insert(name).second) return bad_parameter(name, "is given twice.");
        if (auto read = read_parameter(name, value, query); !read) return std::move(read).error();
    }
    return query;
}

}  // namespace gatepost::daemon
