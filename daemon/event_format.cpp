#include "daemon/event_format.h"

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/problem_answer.h"
#include "daemon/rfc3339.h"
#include "discovery/text.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;

// A daemon that is restarted is there again within a second.
constexpr int retry_milliseconds = 1000;

// The account has gone, and has no state any more.
constexpr std::string_view removed = "removed";

// JSON has no line breaks of its own, so the data is always one line.
std::string event_text(std::string_view event, std::string_view id, const json::object& data) {
    return fmt::format("event: {}\nid: {}\ndata: {}\n\n", event, id, json::serialize(data));
}

json::value state_or_null(const std::optional<connector::AccountState>& state) {
    if (!state) return nullptr;
    return json::value(connector::name_of(*state));
}

}  // namespace

std::string sse_text(std::string_view id, const connector::StateChange& change) {
    json::object data;
    data["account"] = change.account;
    data["application"] = change.application;
    data["email"] = change.email;
    data["state"] = change.state ? connector::name_of(*change.state) : removed;
    data["previous"] = state_or_null(change.previous);
    data["problem"] = nullptr;
    if (change.problem) data["problem"] = to_json(*change.problem);
    data["at"] = rfc3339(change.at);
    return event_text(account_state_event, id, data);
}

std::string sse_text(std::string_view id, const connector::MailboxChange& change) {
    json::object data;
    data["account"] = change.account;
    data["application"] = change.application;
    data["email"] = change.email;
    data["mailbox"] = discovery::valid_utf8(change.mailbox);
    data["change"] = connector::name_of(change.event);
    data["messages"] = change.messages;
    data["at"] = rfc3339(change.at);
    return event_text(mailbox_changed_event, id, data);
}

std::string sse_reset(std::string_view id, connector::Gap gap,
                      std::chrono::system_clock::time_point at) {
    return event_text("reset", id, {{"reason", connector::name_of(gap)}, {"at", rfc3339(at)}});
}

std::string sse_opening(std::string_view id) {
    return fmt::format("retry: {}\nid: {}\n\n", retry_milliseconds, id);
}

std::string sse_heartbeat(std::string_view id) {
    if (id.empty()) return ": still here\n\n";
    return fmt::format(": still here\nid: {}\n\n", id);
}

}  // namespace gatepost::daemon
