#include "discovery/autoconfig_query.h"

#include <algorithm>

#include "discovery/gather.h"
#include "discovery/oauth_metadata.h"
#include "discovery/oauth_query.h"
#include "discovery/provider_table.h"
#include "discovery/text.h"
#include "discovery/web_answer.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

// An issuer that is silent must not cost the file its turn: it is given up before the deadline.
constexpr std::chrono::milliseconds time_to_judge{50};

// What was read while something else could not be asked is soon asked again.
constexpr std::chrono::seconds unsure_for{30};

constexpr std::string_view path = "/mail/config-v1.1.xml";
constexpr std::string_view well_known_path = "/.well-known/autoconfig/mail/config-v1.1.xml";

void read_file(Evidence& evidence, AutoconfigFile file, std::string why_unproven) {
    for (Settings& settings : file.servers)
        evidence.candidates.push_back({std::move(settings), why_unproven.empty()});
    for (PlainServer& plain : file.plain) {
        plain.proven = why_unproven.empty();
        evidence.plain.push_back(std::move(plain));
    }
    const Outcome without_servers = file.is_unsure ? Outcome::timed_out : Outcome::not_found;
    evidence.outcome = evidence.candidates.empty() ? without_servers : Outcome::found;
    if (file.is_unsure) evidence.ttl = unsure_for;
    evidence.provider = std::move(file.provider);
    evidence.oauth = std::move(file.oauth);
    if (evidence.oauth && evidence.oauth->from.empty()) evidence.oauth->from = evidence.from;
    evidence.documentation = std::move(file.documentation);
    if (!why_unproven.empty()) {
        file.notes.insert(file.notes.begin(), std::move(why_unproven));
    }
    if (evidence.candidates.empty()) file.notes.insert(file.notes.begin(), "it has no IMAP server");
    evidence.detail = joined(file.notes);
    add_known_facts(evidence, ProviderTable::compiled_in());
}

// The file, with what its issuer says where it leaves that to it.
asio::awaitable<Result<AutoconfigFile>> read_page(net::HttpsClient& https, std::string xml,
                                                  Address address, net::Deadline deadline) {
    Result<AutoconfigFile> file = parse_autoconfig(xml, address);
    if (!file || file->issuer.empty()) co_return file;
    const Result<OAuthFacts> oauth = co_await ask_oauth_metadata(
        https, file->issuer, file->provider.id, deadline - time_to_judge);
    if (oauth) {
        file = parse_autoconfig(xml, address, *oauth);
    } else {
        file->notes.push_back(oauth_left_out(file->issuer, oauth.error()));
        file->is_unsure = oauth.error().kind != ProblemKind::protocol_violation;
    }
    co_return file;
}

asio::awaitable<Evidence> ask_one(net::HttpsClient& https, AutoconfigPlace place, Address address,
                                  net::Deadline deadline) {
    net::HttpRequest request;
    request.url = place.url;
    request.plain_http = place.url.starts_with("http://");
    request.any_port = place.is_operators;
    const Result<net::HttpResponse> answer =
        co_await https.send(std::move(request), net::HttpLimits{}, deadline);
    if (auto none = without_page(place.url, answer)) {
        none->was_told_address = answer && place.tells_address;
        co_return std::move(*none);
    }
    Result<AutoconfigFile> file = co_await read_page(https, answer->body, address, deadline);
    Evidence evidence = judge_autoconfig(place.url, *answer, std::move(file));
    evidence.was_told_address = place.tells_address;
    co_return evidence;
}

bool has_settings(const Evidence& evidence) {
    return !evidence.candidates.empty();
}

// At the deadline a later place will do.
const Evidence* any_found(const Answers<Evidence>& answers) {
    for (const auto& answer : answers) {
        if (answer && has_settings(*answer)) return &*answer;
    }
    return nullptr;
}

Evidence none_found(const std::vector<AutoconfigPlace>& places, const Answers<Evidence>& answers) {
    Evidence evidence;
    evidence.from = places.empty() ? std::string() : places.front().url;
    for (std::size_t place = 0; place < places.size(); ++place) {
        const Outcome outcome = answers[place] ? answers[place]->outcome : Outcome::timed_out;
        evidence.outcome = more_telling(evidence.outcome, outcome);
        if (answers[place] && answers[place]->was_told_address) evidence.was_told_address = true;
        const std::string said = answers[place] ? answers[place]->detail : "no answer in time";
        evidence.detail += (place == 0 ? "" : "; ") + host_of(places[place].url) + ": " + said;
        if (answers[place]) {
            // A server without TLS may turn out to have it.
            if (!answers[place]->plain.empty() && !evidence.provider) {
                evidence.provider = answers[place]->provider;
            }
            std::ranges::copy(answers[place]->plain, std::back_inserter(evidence.plain));
        }
    }
    return evidence;
}

}  // namespace

std::vector<AutoconfigPlace> autoconfig_places(const std::string& domain, const Address& address,
                                               bool plain_http) {
    const std::string own_host = "autoconfig." + domain;
    const std::string own =
        own_host + std::string(path) + "?emailaddress=" + percent_encoded(address.text);
    const std::string well_known = domain + std::string(well_known_path);
    std::vector<AutoconfigPlace> places;
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (scheme == "http://" && !plain_http) break;
        // A domain may be so long that its autoconfig host has no name.
        if (is_host_name(own_host)) places.push_back({std::string(scheme) + own, false, true});
        places.push_back({std::string(scheme) + well_known});
    }
    return places;
}

AutoconfigPlace ispdb_place(const std::string& ispdb_url, const std::string& domain) {
    return {ispdb_url + (ispdb_url.ends_with('/') ? "" : "/") + domain, true};
}

Evidence judge_autoconfig(const std::string& url, const net::HttpResponse& page,
                          Result<AutoconfigFile> file) {
    Evidence evidence;
    evidence.from = url;
    if (file) {
        read_file(evidence, std::move(*file), doubt(url, page));
    } else {
        evidence.detail = file.error().detail;
    }
    return evidence;
}

asio::awaitable<Evidence> ask_autoconfig(net::HttpsClient& https,
                                         std::vector<AutoconfigPlace> places, Address address,
                                         net::Deadline deadline) {
    std::vector<asio::awaitable<Evidence>> operations;
    operations.reserve(places.size());
    for (const AutoconfigPlace& place : places)
        operations.push_back(ask_one(https, place, address, deadline));
    Enough<Evidence> enough = [](const Answers<Evidence>& answers) {
        return first_in_order(answers, has_settings) != nullptr;
    };
    Answers<Evidence> answers = co_await gather(std::move(operations), std::move(enough), deadline);
    if (const Evidence* found = any_found(answers)) co_return *found;
    co_return none_found(places, answers);
}

}  // namespace gatepost::discovery
