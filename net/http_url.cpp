#include "net/http_url.h"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <utility>

#include "core/settings.h"

namespace gatepost::net {
namespace {

namespace urls = boost::urls;

// RFC 9110 4.1 asks for 8,000 at least; no settings file is behind more than a few hundred.
constexpr std::size_t max_url_bytes = 4096;

constexpr std::uint16_t https_port = 443;
constexpr std::uint16_t http_port = 80;

std::uint16_t usual_port(bool https) {
    return https ? https_port : http_port;
}

Problem bad(std::string detail) {
    return problem(ProblemKind::bad_request, std::move(detail));
}

// Text from elsewhere, fit for a sentence.
std::string quoted(std::string_view text) {
    constexpr std::size_t enough = 200;
    std::string result = "\"";
    for (const char c : text.substr(0, enough)) {
        result += c >= ' ' && c <= '~' ? c : '?';
    }
    return result + (text.size() > enough ? "…\"" : "\"");
}

Result<HttpUrl> read(const urls::url_view& view, HttpUrlRules rules) {
    const std::string text = quoted(std::string_view(view.buffer().data(), view.buffer().size()));
    HttpUrl url;
    url.https = view.scheme_id() == urls::scheme::https;
    if (!url.https && view.scheme_id() != urls::scheme::http) {
        return bad(text + " is no https URL.");
    }
    if (!url.https && !rules.plain_http) {
        return bad(text + " is not https, and http can be read and changed by anyone on the way.");
    }
    if (view.has_userinfo()) return bad(text + " has user information in it.");
    if (view.has_fragment()) return bad(text + " has a fragment in it.");
    const auto host = view.encoded_host();
    url.host.assign(host.data(), host.size());
    for (char& c : url.host) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (!is_host_name(url.host)) {
        return problem(ProblemKind::host_not_allowed,
                       text + " has no host name that could be asked for in the DNS.");
    }
    // Boost 1.81 reads "host:x/" as an empty port and a path without a slash; port 0 is refused.
    url.port = view.has_port() ? view.port_number() : usual_port(url.https);
    if (url.port == 0 || (url.port != usual_port(url.https) && !rules.any_port)) {
        return problem(ProblemKind::host_not_allowed,
                       text + " is on another port than 443 for https or 80 for http.");
    }
    const auto path = view.encoded_path();
    url.target.assign(path.data(), path.size());
    if (url.target.empty()) url.target = "/";
    // Boost 1.81 reads "host:443,x" as a port and a path without a slash.
    if (!url.target.starts_with('/')) return bad(text + " has a malformed port.");
    if (view.has_query()) {
        const auto query = view.encoded_query();
        url.target.append("?").append(query.data(), query.size());
    }
    return url;
}

Problem as_violation(Problem problem) {
    if (problem.kind == ProblemKind::bad_request) problem.kind = ProblemKind::protocol_violation;
    problem.detail = "The server redirects to a place that is not followed: " + problem.detail;
    return problem;
}

}  // namespace

std::string HttpUrl::text() const {
    return (https ? "https://" : "http://") + authority() + target;
}

std::string HttpUrl::authority() const {
    return port == usual_port(https) ? host : host + ":" + std::to_string(port);
}

Result<HttpUrl> parse_http_url(std::string_view text, HttpUrlRules rules) {
    if (text.size() > max_url_bytes) return bad("The URL is longer than 4096 bytes.");
    const auto parsed = urls::parse_uri({text.data(), text.size()});
    if (!parsed) return bad(quoted(text) + " is no URL.");
    return read(*parsed, rules);
}

Result<HttpUrl> parse_redirect(const HttpUrl& from, std::string_view location, bool plain_http) {
    if (location.size() > max_url_bytes) {
        return as_violation(bad("The URL is longer than 4096 bytes."));
    }
    const auto reference = urls::parse_uri_reference({location.data(), location.size()});
    if (!reference) return as_violation(bad(quoted(location) + " is no URL."));
    const std::string base_text = from.text();
    const auto base = urls::parse_uri(base_text);
    urls::url resolved;
    if (!base || !urls::resolve(*base, *reference, resolved)) {
        return as_violation(bad(quoted(location) + " is no URL."));
    }
    auto to = read(resolved, {.plain_http = plain_http, .any_port = true});
    if (!to) return as_violation(std::move(to).error());
    const bool same_server = to->host == from.host && to->port == from.port;
    if (!same_server && to->port != usual_port(to->https)) {
        return as_violation(problem(ProblemKind::host_not_allowed,
                                    quoted(to->text()) + " is on another port than 443 for https "
                                                         "or 80 for http."));
    }
    return to;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace gatepost::net
