#include "discovery/oauth_metadata.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <boost/url/parse.hpp>

#include "core/settings.h"
#include "discovery/json_object.h"

namespace gatepost::discovery {
namespace {

namespace json = boost::json;
namespace urls = boost::urls;

constexpr std::size_t max_url_bytes = 512;    // real ones are below 100
constexpr std::size_t max_scope_bytes = 256;  // many are URLs
constexpr std::size_t max_scopes = 32;        // Google names fewer than 10

// draft-ietf-mailmaint-oauth-public: what is asked for at any provider that follows it.
constexpr std::string_view mail_scope = "urn:ietf:params:oauth:scope:mail";
constexpr std::string_view refresh_scope = "offline_access";

Problem no_metadata(const std::string& why) {
    return problem(ProblemKind::protocol_violation, "It is no OAuth metadata: " + why + ".");
}

std::string host_in(const urls::url_view& url) {
    return std::string(url.encoded_host());
}

bool is_endpoint(const std::string& url) {
    const auto parsed = urls::parse_uri(url);
    // As it is written, since it is passed on like that.
    return parsed && url.starts_with("https://") && !parsed->has_userinfo() &&
           is_host_name(host_in(*parsed));
}

// Who asks for all that a server knows asks for too much, and some refuse that. Only the profile
// for mail tells which of them are for mail.
std::vector<std::string> for_mail(std::vector<std::string> supported) {
    if (std::ranges::find(supported, mail_scope) == supported.end()) return supported;
    std::erase_if(supported, [](const std::string& scope) {
        return scope != mail_scope && scope != refresh_scope;
    });
    return supported;
}

std::vector<std::string> scopes_of(const json::object& document) {
    std::vector<std::string> scopes;
    const json::value* value = document.if_contains("scopes_supported");
    const json::array* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr) return scopes;
    for (const json::value& each : *list) {
        const json::string* scope = each.if_string();
        if (scope == nullptr || scope->empty() || scope->size() > max_scope_bytes) continue;
        if (scopes.size() == max_scopes) break;
        scopes.emplace_back(scope->begin(), scope->end());
    }
    return scopes;
}

}  // namespace

bool is_issuer(const std::string& issuer) {
    if (issuer.size() > max_url_bytes || !is_endpoint(issuer)) return false;
    const urls::url_view url = *urls::parse_uri(issuer);
    return !url.has_port() && !url.has_query() && !url.has_fragment();
}

std::vector<std::string> oauth_metadata_urls(const std::string& issuer) {
    if (!is_issuer(issuer)) return {};
    const urls::url_view url = *urls::parse_uri(issuer);
    std::string path(url.encoded_path());
    if (path.ends_with('/')) path.pop_back();
    const std::string origin = "https://" + host_in(url);
    // RFC 8414 3.1 puts the issuer's path behind the well-known one, OpenID before it.
    return {origin + "/.well-known/oauth-authorization-server" + path,
            origin + path + "/.well-known/openid-configuration"};
}

Result<OAuthFacts> parse_oauth_metadata(std::string_view json, const std::string& issuer) {
    const auto document = parse_json_object(json, "OAuth metadata");
    if (!document) return document.error();
    OAuthFacts facts;
    facts.issuer = string_at(*document, "issuer", max_url_bytes);
    facts.authorization_endpoint = string_at(*document, "authorization_endpoint", max_url_bytes);
    facts.token_endpoint = string_at(*document, "token_endpoint", max_url_bytes);
    facts.scopes = for_mail(scopes_of(*document));
    if (facts.issuer != issuer) return no_metadata("it is about another issuer");
    // Tokens are secrets: they are fetched under TLS or not at all.
    if (!is_endpoint(facts.authorization_endpoint) || !is_endpoint(facts.token_endpoint)) {
        return no_metadata("it has no endpoints under TLS");
    }
    return facts;
}

std::string oauth_left_out(const std::string& issuer, const Problem& why) {
    return "OAuth at " + issuer + " is left out: " + why.detail;
}

}  // namespace gatepost::discovery
