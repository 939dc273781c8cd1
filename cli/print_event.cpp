#include "cli/print_event.h"

#include <ostream>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "cli/members.h"
#include "cli/text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

std::string state_line(const json::object& data) {
    std::string line = text_of(data, "state");
    const std::string previous = text_of(data, "previous");
    line += previous.empty() ? " (new)" : " (was " + previous + ")";
    const std::string detail = text_of(object_of(data, "problem"), "detail");
    return detail.empty() ? line : line + ": " + detail;
}

std::string mailbox_line(const json::object& data) {
    const std::string change = text_of(data, "change");
    std::string what = change;
    if (change == "new") what = "new mail";
    if (change == "gone") what = "mail has gone";
    if (change == "flags") what = "flags have changed";
    return text_of(data, "mailbox") + ": " + what + ", " + text_of(data, "messages") +
           " messages now";
}

std::string reset_line(const json::object& data) {
    return "events were missed (" + text_of(data, "reason") +
           "): `gatepost account list` shows how accounts are now";
}

/// What a newer daemon tells shows as it is.
std::string line_of(const ServerEvent& event, const json::object& data) {
    if (event.type == "account.state") return state_line(data);
    if (event.type == "mailbox.changed") return mailbox_line(data);
    if (event.type == "reset") return reset_line(data);
    return event.type + " " + event.data;
}

}  // namespace

void print_event(Output output, const ServerEvent& event) {
    boost::system::error_code error;
    const json::value parsed = json::parse(event.data, error);
    json::object data;
    if (parsed.is_object()) data = parsed.get_object();
    if (output.json) {
        json::object object{{"event", event.type}, {"id", event.id}};
        object.insert(data.begin(), data.end());
        return print_json(output, object);
    }
    std::string line = text_of(data, "at") + "  ";
    if (const std::string email = text_of(data, "email"); !email.empty()) line += email + "  ";
    output.out << printable(line + line_of(event, data)) << '\n';
}

}  // namespace gatepost::cli
