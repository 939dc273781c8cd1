#include "discovery/autodiscover_chain.h"

#include <utility>

#include "discovery/autodiscover_xml.h"
#include "discovery/domain.h"
#include "discovery/provider_table.h"
#include "discovery/text.h"
#include "discovery/web_answer.h"

namespace gatepost::discovery {
namespace {

constexpr int max_redirects = 3;  // one each to another address, its host and its place there
constexpr int status_unauthorized = 401;
constexpr int status_forbidden = 403;
constexpr std::string_view json_path = "/autodiscover/autodiscover.json";

bool is_json(const std::string& url) {
    return url.find(json_path) != std::string::npos;
}

}  // namespace

std::string autodiscover_json_url(const Address& address) {
    return "https://autodiscover." + address.domain + std::string(json_path) + "/v1.0/" +
           percent_encoded(address.text) + "?Protocol=AutodiscoverV1";
}

std::string autodiscover_url(const std::string& host) {
    return "https://" + host + "/autodiscover/autodiscover.xml";
}

AutodiscoverChain::AutodiscoverChain(Address address, std::string url)
    : address_(std::move(address)),
      domain_(address_.domain),
      url_(std::move(url)),
      left_(max_redirects) {}

net::HttpRequest AutodiscoverChain::begin() {
    return question();
}

std::variant<net::HttpRequest, Evidence> AutodiscoverChain::resume(
    const Result<net::HttpResponse>& answer) {
    if (!answer) return end(outcome_of(answer.error()), answer.error().detail);
    answered_ = true;
    if (!answer->redirect.empty()) return follow(answer->redirect);
    if (answer->status == status_unauthorized || answer->status == status_forbidden) {
        return end(Outcome::not_found,
                   "wants a password before it tells anything, and is given none");
    }
    if (const auto none = without_page(url_, answer)) return end(none->outcome, none->detail);
    return judge(*answer);
}

net::HttpRequest AutodiscoverChain::question() {
    hops_ += (hops_.empty() ? "" : ", ") + url_;
    const std::string host = host_of(url_);
    if (doubt_.empty() && !same_organisation(host, domain_)) {
        doubt_ = host + " is not of " + domain_;
    }
    net::HttpRequest request;
    request.url = url_;
    if (is_json(url_)) {
        request.headers = {{"Accept", "application/json"}};
        return request;
    }
    request.method = "POST";
    request.headers = {{"Content-Type", "text/xml; charset=utf-8"}};
    request.body = autodiscover_request(address_);
    return request;
}

AutodiscoverChain::Next AutodiscoverChain::follow(std::string url) {
    constexpr std::string_view scheme = "https://";
    if (lower_case(url.substr(0, scheme.size())) != scheme) {
        return end(Outcome::refused, "leads to a place without TLS: " + url);
    }
    if (left_-- == 0) return end(Outcome::failed, "leads from place to place without an end");
    url_ = std::move(url.replace(0, scheme.size(), scheme));
    return question();
}

AutodiscoverChain::Next AutodiscoverChain::judge(const net::HttpResponse& page) {
    if (doubt_.empty()) doubt_ = doubt(url_, page);
    if (is_json(url_)) {
        auto url = parse_autodiscover_json(page.body);
        if (!url) return end(Outcome::not_found, url.error().detail);
        return follow(std::move(*url));
    }
    auto read = parse_autodiscover(page.body, address_);
    if (!read) return end(Outcome::not_found, read.error().detail);
    if (auto* other = std::get_if<AutodiscoverOtherUrl>(&*read)) return follow(other->url);
    if (auto* other = std::get_if<AutodiscoverOtherAddress>(&*read)) {
        address_ = std::move(other->address);
        return follow(autodiscover_url("autodiscover." + address_.domain));
    }
    auto& settings = std::get<AutodiscoverSettings>(*read);
    const bool is_found = !settings.servers.empty();
    if (!doubt_.empty()) settings.notes.insert(settings.notes.begin(), doubt_);
    if (!is_found) settings.notes.insert(settings.notes.begin(), "it has no IMAP server");
    Evidence evidence = end(is_found ? Outcome::found : Outcome::not_found, joined(settings.notes));
    for (Settings& server : settings.servers)
        evidence.candidates.push_back({std::move(server), doubt_.empty()});
    for (PlainServer& server : settings.plain) {
        server.proven = doubt_.empty();
        evidence.plain.push_back(std::move(server));
    }
    add_known_facts(evidence, ProviderTable::compiled_in());
    return evidence;
}

Evidence AutodiscoverChain::end(Outcome outcome, std::string detail) const {
    Evidence evidence;
    evidence.outcome = outcome;
    evidence.from = hops_;
    evidence.detail = std::move(detail);
    evidence.was_told_address = answered_;
    return evidence;
}

}  // namespace gatepost::discovery
