#include "cli/requests.h"

#include <array>

#include <boost/json/serialize.hpp>
#include <boost/json/serializer.hpp>

#include "discovery/text.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;
using discovery::percent_encoded;

// Calls `part` with pieces of the text as a JSON string. No copy stays behind.
template <class Function>
void for_each_part_quoted(std::string_view text, Function part) {
    std::array<char, 256> buffer;
    json::serializer serializer;
    serializer.reset(json::string_view(text.data(), text.size()));
    while (!serializer.done()) {
        const auto piece = serializer.read(buffer.data(), buffer.size());
        part(std::string_view(piece.data(), piece.size()));
    }
    wipe(buffer.data(), buffer.size());
}

// The fields and the password as one JSON object, with no other copy of the password.
Secret with_password(const json::object& fields, const Secret& password) {
    std::string text = json::serialize(fields);
    text.pop_back();
    text += fields.empty() ? R"("password":)" : R"(,"password":)";
    std::size_t quoted = 0;
    for_each_part_quoted(password.reveal(), [&](std::string_view part) { quoted += part.size(); });
    text.reserve(text.size() + quoted + 1);  // it never moves from now on
    for_each_part_quoted(password.reveal(), [&](std::string_view part) { text += part; });
    text += '}';
    Secret body = Secret::copy_of(text);
    wipe(text);
    return body;
}

json::object imap_of(const AddAccount& account) {
    json::object imap;
    if (!account.host.empty()) imap["host"] = account.host;
    if (account.port) imap["port"] = *account.port;
    if (!account.security.empty()) imap["security"] = account.security;
    if (!account.username.empty()) imap["username"] = account.username;
    return imap;
}

}  // namespace

std::string account_target(const NamedAccount& account, std::string_view action) {
    std::string target = "/v1/accounts/" + percent_encoded(account.name);
    if (!action.empty()) target.append("/").append(action);
    if (!account.application.empty()) {
        target += "?application=" + percent_encoded(account.application);
    }
    return target;
}

std::string discovery_target(const Discover& asked) {
    return "/v1/discovery?email=" + percent_encoded(asked.address) +
           (asked.fresh ? "&fresh=true" : "");
}

std::string accounts_target(const ListAccounts& filter, std::size_t limit, std::string_view after) {
    std::string target = "/v1/accounts?limit=" + std::to_string(limit);
    if (!filter.application.empty()) {
        target += "&application=" + percent_encoded(filter.application);
    }
    if (!filter.state.empty()) target += "&state=" + percent_encoded(filter.state);
    for (const auto& [name, value] : filter.labels)
        target += "&label." + percent_encoded(name) + "=" + percent_encoded(value);
    if (!after.empty()) target += "&after=" + percent_encoded(after);
    return target;
}

std::string events_target(const FollowEvents& asked) {
    std::string query;
    if (!asked.account.empty()) query += "&account=" + percent_encoded(asked.account);
    if (!asked.application.empty()) query += "&application=" + percent_encoded(asked.application);
    if (!query.empty()) query.front() = '?';
    return "/v1/events" + query;
}

std::string status_target(const ShowStatus& asked) {
    if (asked.application.empty()) return "/v1/status";
    return "/v1/status?application=" + percent_encoded(asked.application);
}

std::optional<std::pair<std::string, std::string>> label_of(std::string_view text) {
    const std::size_t sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0) return std::nullopt;
    return std::pair(std::string(text.substr(0, sign)), std::string(text.substr(sign + 1)));
}

Secret connect_body(const AddAccount& account, const Secret& password) {
    json::object fields{{"email", account.address}};
    if (json::object imap = imap_of(account); !imap.empty()) fields["imap"] = std::move(imap);
    if (!account.application.empty()) fields["application"] = account.application;
    if (!account.id.empty()) fields["id"] = account.id;
    if (account.accept_unproven) fields["accept_unproven"] = true;
    if (!account.labels.empty()) {
        json::object labels;
        for (const auto& [name, value] : account.labels)
            labels[name] = value;
        fields["labels"] = std::move(labels);
    }
    return with_password(fields, password);
}

Secret providers_body(std::string_view table) {
    return Secret::copy_of(
        json::serialize(json::object{{"text", json::string_view(table.data(), table.size())}}));
}

Secret backup_body(std::string_view path) {
    return Secret::copy_of(
        json::serialize(json::object{{"path", json::string_view(path.data(), path.size())}}));
}

Secret password_body(const Secret& password) {
    return with_password({}, password);
}

}  // namespace gatepost::cli
