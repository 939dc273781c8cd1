#include "daemon/account_json.h"

#include <algorithm>
#include <array>
#include <string>

#include <boost/json/array.hpp>

#include "connector/unix_time.h"
#include "daemon/problem_answer.h"
#include "daemon/rfc3339.h"
#include "discovery/text.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;

// RFC 6154 2, and \Important of RFC 8457.
constexpr std::array<std::string_view, 8> special_uses{
    "\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Important", "\\Junk", "\\Sent", "\\Trash"};

json::object imap_of(const Settings& settings) {
    return {{"host", settings.host},
            {"port", settings.port},
            {"security", name_of(settings.security)},
            {"username", settings.username}};
}

json::object sessions_of(const imap::SessionCounts& counts) {
    return {{"idle", counts.idle}, {"leased", counts.leased}, {"connecting", counts.connecting}};
}

json::object labels_of(const std::map<std::string, std::string>& labels) {
    json::object object;
    for (const auto& [name, value] : labels)
        object[name] = value;
    return object;
}

// They are case-insensitive, and kept in upper case: shown as the RFCs spell them (RFC 3501, 9051).
json::array capabilities_of(const std::vector<std::string>& capabilities) {
    json::array shown;
    for (const std::string& capability : capabilities) {
        const bool is_revision = capability.starts_with("IMAP4REV");
        shown.emplace_back(is_revision ? "IMAP4rev" + capability.substr(8) : capability);
    }
    return shown;
}

// Attributes are case-insensitive (RFC 3501 7.2.2): shown as the RFC spells them.
json::value special_use_of(const std::vector<std::string>& flags) {
    for (const std::string_view use : special_uses) {
        const auto is_use = [&](const std::string& flag) {
            return discovery::lower_case(flag) == discovery::lower_case(use);
        };
        if (std::ranges::any_of(flags, is_use)) return json::value(use);
    }
    return nullptr;
}

json::object to_json(const imap::Mailbox& mailbox) {
    json::object object;
    object["name"] = discovery::valid_utf8(mailbox.name);
    object["delimiter"] = nullptr;
    if (mailbox.delimiter != 0) object["delimiter"] = std::string(1, mailbox.delimiter);
    json::array& flags = object["flags"].emplace_array();
    for (const std::string& flag : mailbox.flags)
        flags.emplace_back(discovery::valid_utf8(flag));
    object["special_use"] = special_use_of(mailbox.flags);
    return object;
}

}  // namespace

json::object to_json(const connector::Account& account) {
    const vault::AccountRecord& record = account.record;
    json::object object;
    object["id"] = record.id;
    object["application"] = record.application;
    object["email"] = record.email;
    object["state"] = connector::name_of(account.state);
    object["auth"] = name_of(record.auth);
    object["provider"] = record.provider;
    object["imap"] = imap_of(record.settings);
    object["capabilities"] = capabilities_of(account.capabilities);
    object["sessions"] = sessions_of(account.sessions);
    object["problem"] = nullptr;
    if (account.problem) object["problem"] = to_json(*account.problem);
    object["retry_at"] = nullptr;
    if (account.retry_at) object["retry_at"] = rfc3339(*account.retry_at);
    object["created_at"] = rfc3339(connector::time_of(record.created_at_ms));
    object["state_since"] = rfc3339(connector::time_of(record.state_since_ms));
    object["status_callback_url"] = nullptr;
    if (!record.status_callback_url.empty()) {
        object["status_callback_url"] = record.status_callback_url;
    }
    object["labels"] = labels_of(record.labels);
    return object;
}

json::object to_json(const connector::AccountList& list) {
    json::object object;
    json::array& accounts = object["accounts"].emplace_array();
    for (const connector::Account& account : list.accounts)
        accounts.emplace_back(to_json(account));
    object["more"] = list.more;
    if (list.more) object["next"] = list.accounts.back().record.id;
    return object;
}

json::object to_json(const std::vector<imap::Mailbox>& mailboxes) {
    json::object object;
    json::array& array = object["mailboxes"].emplace_array();
    for (const imap::Mailbox& mailbox : mailboxes)
        array.emplace_back(to_json(mailbox));
    return object;
}

}  // namespace gatepost::daemon
