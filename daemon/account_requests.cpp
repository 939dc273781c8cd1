#include "daemon/account_requests.h"

#include <charconv>
#include <utility>

#include "daemon/json_document.h"
#include "daemon/json_fields.h"
#include "imap/printable.h"

namespace gatepost::daemon {
namespace {

using connector::ChangeRequest;
using connector::ConnectRequest;
using connector::ImapRequest;
using connector::ListFilter;

constexpr std::size_t max_page = 1000;  // the contract's bound for one page of a list

constexpr std::size_t max_url_bytes = 2048;  // what browsers and proxies carry

constexpr std::string_view label_prefix = "label.";

constexpr std::size_t max_name_shown = 64;  // of an unknown parameter

Problem bad_parameter(std::string_view name, const std::string& what) {
    std::string shown = imap::printable(name, max_name_shown);
    std::string detail = shown + " " + what;
    return problem(ProblemKind::bad_request, std::move(detail)).with("field", std::move(shown));
}

std::optional<ImapRequest> read_imap(JsonFields& fields) {
    auto imap = fields.object("imap");
    if (!imap) return std::nullopt;
    ImapRequest request;
    if (auto host = imap->text("host")) {
        request.host = std::move(*host);
    } else {
        imap->mistake("host", "is missing.");
    }
    if (const auto port = imap->number("port", 1, 65535)) {
        request.port = static_cast<std::uint16_t>(*port);
    }
    if (const auto word = imap->text("security")) {
        const auto security = security_of(*word);
        if (!security) imap->mistake("security", "must be \"tls\" or \"starttls\".");
        request.security = security.value_or(Security::tls);
    }
    request.username = imap->text("username").value_or("");
    imap->finish();
    return request;
}

bool is_callback_url(const std::string& url) {
    return url.empty() || ((url.starts_with("https://") || url.starts_with("http://")) &&
                           url.size() <= max_url_bytes);
}

std::optional<std::string> read_callback(JsonFields& fields) {
    auto url = fields.text("status_callback_url");
    if (url && !is_callback_url(*url)) {
        fields.mistake("status_callback_url",
                       "must be an http or https URL of at most 2048 "
                       "bytes, or empty.");
    }
    return url;
}

ConnectRequest read_connect_fields(JsonFields& fields) {
    ConnectRequest request;
    request.id = fields.text("id");
    if (auto application = fields.text("application"))
        request.application = std::move(*application);
    if (auto email = fields.text("email")) {
        request.email = std::move(*email);
    } else {
        fields.mistake("email", "is missing.");
    }
    request.password = fields.secret("password");
    request.imap = read_imap(fields);
    request.accept_unproven = fields.flag("accept_unproven").value_or(false);
    request.status_callback_url = read_callback(fields).value_or("");
    if (auto labels = fields.texts("labels")) request.labels = std::move(*labels);
    fields.finish();
    return request;
}

std::optional<std::size_t> limit_of(std::string_view text) {
    std::size_t limit = 0;
    const auto [rest, error] = std::from_chars(text.begin(), text.end(), limit);
    if (error != std::errc() || rest != text.end() || limit < 1 || limit > max_page)
        return std::nullopt;
    return limit;
}

Result<void> read_parameter(const std::string& name, const std::string& value, ListFilter& filter) {
    if (name == "application") {
        filter.application = value;
    } else if (name == "email") {
        filter.email = value;
    } else if (name == "state") {
        filter.state = connector::account_state_of(value);
        if (!filter.state) {
            return bad_parameter(name, "must be connecting, live, retrying, refused or paused.");
        }
    } else if (name == "limit") {
        const auto limit = limit_of(value);
        if (!limit) return bad_parameter(name, "must be a whole number from 1 to 1000.");
        filter.limit = *limit;
    } else if (name == "after") {
        filter.after = value;
    } else if (name.starts_with(label_prefix)) {
        filter.labels.insert_or_assign(name.substr(label_prefix.size()), value);
    } else {
        return bad_parameter(name, "is not a parameter of this list.");
    }
    return {};
}

}  // namespace

Result<std::optional<std::string>> read_application(const RequestTarget& target) {
    std::optional<std::string> application;
    for (const auto& [name, value] : target.query) {
        if (name != "application")
            return bad_parameter(name, "is not a parameter of this request.");
        if (application) return bad_parameter(name, "is given twice.");
        application = value;
    }
    return application;
}

Result<ConnectRequest> read_connect_request(const Request& request) {
    auto named = read_application(request.target);
    if (!named) return std::move(named).error();
    const auto document = parse_json_object(request.text());
    if (!document) return document.error();
    JsonFields fields(*document);
    ConnectRequest asked = read_connect_fields(fields);
    if (fields.problem()) return *fields.problem();
    if (*named && document->contains("application") && asked.application != **named) {
        return bad_parameter("application", "of the query is another than the body's.");
    }
    if (*named) asked.application = std::move(**named);
    return asked;
}

Result<ConnectRequest> read_put_request(const Request& request, std::string id) {
    auto asked = read_connect_request(request);
    if (!asked) return asked;
    if (asked->id && *asked->id != id) {
        return bad_parameter("id", "of the body is another than the path's.");
    }
    asked->id = std::move(id);
    return asked;
}

Result<ChangeRequest> read_change_request(std::string_view body) {
    const auto document = parse_json_object(body);
    if (!document) return document.error();
    JsonFields fields(*document);
    ChangeRequest request;
    request.password = fields.secret("password");
    request.imap = read_imap(fields);
    request.status_callback_url = read_callback(fields);
    request.labels = fields.texts("labels");
    fields.finish();
    if (fields.problem()) return *fields.problem();
    return request;
}

Result<ListFilter> read_list_filter(const RequestTarget& target) {
    ListFilter filter;
    std::set<std::string> seen;
    for (const auto& [name, value] : target.query) {
        if (!seen.insert(name).second) return bad_parameter(name, "is given twice.");
        if (auto read = read_parameter(name, value, filter); !read) return std::move(read).error();
    }
    return filter;
}

Result<DiscoveryQuery> read_discovery_query(const RequestTarget& target) {
    DiscoveryQuery query;
    std::set<std::string> seen;
    for (const auto& [name, value] : target.query) {
        if (!seen.insert(name).second) return bad_parameter(name, "is given twice.");
        if (name == "email") {
            query.email = value;
        } else if (name != "fresh") {
            return bad_parameter(name, "is not a parameter of discovery.");
        } else if (value == "true") {
            query.freshness = discovery::Freshness::fresh;
        } else if (value != "false") {
            return bad_parameter(name, "must be true or false.");
        }
    }
    if (!seen.contains("email")) return bad_parameter("email", "is missing.");
    return query;
}

}  // namespace gatepost::daemon
