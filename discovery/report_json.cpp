#include "discovery/report_json.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

namespace json = boost::json;

json::string text(std::string_view bytes) {
    return json::string(valid_utf8(bytes));
}

json::object to_json(const Settings& settings) {
    json::array auth;
    for (const AuthMethod method : settings.auth)
        auth.emplace_back(name_of(method));
    return {{"host", text(settings.host)},
            {"port", settings.port},
            {"security", name_of(settings.security)},
            {"username", text(settings.username)},
            {"auth", std::move(auth)}};
}

json::object to_json(const OAuthFacts& oauth) {
    json::array scopes;
    for (const std::string& scope : oauth.scopes)
        scopes.emplace_back(text(scope));
    return {{"provider", text(oauth.provider)},
            {"issuer", text(oauth.issuer)},
            {"authorization_endpoint", text(oauth.authorization_endpoint)},
            {"token_endpoint", text(oauth.token_endpoint)},
            {"scopes", std::move(scopes)},
            {"from", text(oauth.from)}};
}

json::object to_json(const Document& document) {
    return {{"url", text(document.url)},
            {"title", text(document.title)},
            {"language", text(document.language)}};
}

json::value to_json(const std::optional<Probe>& probe) {
    if (!probe) return {};
    json::object object{{"outcome", name_of(probe->outcome)}};
    if (!probe->detail.empty()) object["detail"] = text(probe->detail);
    object["ms"] = probe->took.count();
    return object;
}

json::object to_json(const Candidate& candidate) {
    json::object object = to_json(candidate.settings);
    object["proven"] = candidate.proven;
    if (candidate.probe) object["probe"] = to_json(candidate.probe);
    return object;
}

json::object to_json(const Evidence& evidence) {
    json::object object{{"source", name_of(evidence.source)},
                        {"outcome", name_of(evidence.outcome)},
                        {"from", text(evidence.from)}};
    if (!evidence.detail.empty()) object["detail"] = text(evidence.detail);
    object["proven"] = evidence.proven;
    object["ms"] = evidence.took.count();
    object["settings"] = evidence.candidates.empty()
                             ? json::object()
                             : to_json(evidence.candidates.front().settings);
    return object;
}

template <class Items>
json::array list(const Items& items) {
    json::array array;
    array.reserve(items.size());
    for (const auto& item : items)
        array.emplace_back(to_json(item));
    return array;
}

}  // namespace

json::object to_json(const Report& report) {
    json::object object;
    object["email"] = text(report.email);
    object["found"] = report.found;
    object["provider"] = {{"id", text(report.provider.id)}, {"name", text(report.provider.name)}};
    object["settings"] = report.found ? json::value(to_json(report.settings)) : json::value();
    object["source"] = report.source ? json::value(name_of(*report.source)) : json::value();
    object["oauth"] = report.oauth ? json::value(to_json(*report.oauth)) : json::value();
    object["proven"] = report.proven;
    object["probe"] = to_json(report.probe);
    object["no_imap"] = report.no_imap;
    object["app_password"] = report.app_password;
    object["evidence"] = list(report.evidence);
    object["alternatives"] = list(report.alternatives);
    object["documentation"] = list(report.documentation);
    object["took_ms"] = report.took.count();
    object["age_ms"] = report.age ? json::value(report.age->count()) : json::value();
    return object;
}

}  // namespace gatepost::discovery
