#include "discovery/autoconfig_query.h"

#include <algorithm>
#include <boost/url/parse.hpp>

#include "discovery/autoconfig_xml.h"
#include "discovery/domain.h"
#include "discovery/gather.h"
#include "discovery/provider_table.h"
#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

constexpr std::string_view path = "/mail/config-v1.1.xml";
constexpr std::string_view well_known_path = "/.well-known/autoconfig/mail/config-v1.1.xml";

constexpr int status_ok = 200;
constexpr int first_server_error = 500;

// RFC 3986 2.3: everything but unreserved characters.
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string encoded;
    for (const char c : text) {
        if (unreserved.find(c) != std::string_view::npos) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[byte >> 4];
        encoded += digits[byte & 0x0F];
    }
    return encoded;
}

std::string host_of(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    return parsed ? lower_case(std::string(parsed->encoded_host())) : std::string();
}

Outcome outcome_of(const Problem& problem) {
    switch (problem.kind) {
        case ProblemKind::host_not_allowed:
            return Outcome::refused;
        case ProblemKind::timed_out:
            return Outcome::timed_out;
        case ProblemKind::cannot_connect:
            if (problem.fact("reason") == "timeout") return Outcome::timed_out;
            // Most domains have no such host, and that is an answer.
            return problem.fact("reason") == "dns" ? Outcome::not_found : Outcome::failed;
        default:
            return Outcome::failed;
    }
}

std::string joined(const std::vector<std::string>& notes) {
    std::string text;
    for (const std::string& note : notes)
        text += (text.empty() ? "" : "; ") + note;
    return text;
}

// Why an answer over a chain of hops proves nothing; empty when it proves what it says.
std::string doubt(const std::string& url, const net::HttpResponse& response) {
    if (!response.all_https || !url.starts_with("https://")) return "it came without TLS";
    const std::string host = host_of(response.url);
    if (!same_organisation(host, host_of(url))) return "it was redirected to " + host;
    return {};
}

void read_file(Evidence& evidence, AutoconfigFile file, std::string doubt) {
    for (Settings& settings : file.servers)
        evidence.candidates.push_back({std::move(settings), doubt.empty()});
    evidence.outcome = evidence.candidates.empty() ? Outcome::not_found : Outcome::found;
    evidence.provider = std::move(file.provider);
    evidence.oauth = std::move(file.oauth);
    evidence.documentation = std::move(file.documentation);
    if (!doubt.empty()) file.notes.insert(file.notes.begin(), std::move(doubt));
    if (evidence.candidates.empty()) file.notes.insert(file.notes.begin(), "it has no IMAP server");
    evidence.detail = joined(file.notes);
    add_known_facts(evidence, ProviderTable::compiled_in());
}

// What is worth more to know when nobody has settings.
int weight_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::refused:
            return 3;
        case Outcome::timed_out:
            return 2;
        case Outcome::failed:
            return 1;
        default:
            return 0;
    }
}

asio::awaitable<Evidence> ask_one(net::HttpsClient& https, std::string url, Address address,
                                  net::Deadline deadline) {
    net::HttpRequest request;
    request.url = url;
    request.plain_http = url.starts_with("http://");
    const Result<net::HttpResponse> answer =
        co_await https.send(std::move(request), net::HttpLimits{}, deadline);
    co_return judge_autoconfig(url, answer, address);
}

// The first in order that has settings, when all before it have answered.
const Evidence* first_found(const Answers<Evidence>& answers) {
    for (const auto& answer : answers) {
        if (!answer) return nullptr;
        if (!answer->candidates.empty()) return &*answer;
    }
    return nullptr;
}

// At the deadline a later place will do.
const Evidence* any_found(const Answers<Evidence>& answers) {
    for (const auto& answer : answers) {
        if (answer && !answer->candidates.empty()) return &*answer;
    }
    return nullptr;
}

Evidence none_found(const std::vector<std::string>& urls, const Answers<Evidence>& answers) {
    Evidence evidence;
    evidence.from = urls.empty() ? std::string() : urls.front();
    for (std::size_t place = 0; place < urls.size(); ++place) {
        const Outcome outcome = answers[place] ? answers[place]->outcome : Outcome::timed_out;
        if (weight_of(outcome) > weight_of(evidence.outcome)) evidence.outcome = outcome;
        const std::string said = answers[place] ? answers[place]->detail : "no answer in time";
        evidence.detail += (place == 0 ? "" : "; ") + urls[place] + ": " + said;
    }
    return evidence;
}

}  // namespace

std::vector<std::string> autoconfig_urls(const std::string& domain, const Address& address,
                                         bool plain_http) {
    const std::string own_host = "autoconfig." + domain;
    const std::string own =
        own_host + std::string(path) + "?emailaddress=" + percent_encoded(address.text);
    const std::string well_known = domain + std::string(well_known_path);
    std::vector<std::string> urls;
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (scheme == "http://" && !plain_http) break;
        // A domain may be so long that its autoconfig host has no name.
        if (is_host_name(own_host)) urls.push_back(std::string(scheme) + own);
        urls.push_back(std::string(scheme) + well_known);
    }
    return urls;
}

Evidence judge_autoconfig(const std::string& url, const Result<net::HttpResponse>& answer,
                          const Address& address) {
    Evidence evidence;
    evidence.from = url;
    if (!answer) {
        evidence.outcome = outcome_of(answer.error());
        evidence.detail = answer.error().detail;
        return evidence;
    }
    if (answer->status != status_ok) {
        const bool broken = answer->status >= first_server_error;
        evidence.outcome = broken ? Outcome::failed : Outcome::not_found;
        evidence.detail = "answered with HTTP status " + std::to_string(answer->status);
        return evidence;
    }
    auto file = parse_autoconfig(answer->body, address);
    if (file) {
        read_file(evidence, std::move(*file), doubt(url, *answer));
    } else {
        evidence.detail = file.error().detail;
    }
    return evidence;
}

asio::awaitable<Evidence> ask_autoconfig(net::HttpsClient& https, std::vector<std::string> urls,
                                         Address address, net::Deadline deadline) {
    std::vector<asio::awaitable<Evidence>> operations;
    operations.reserve(urls.size());
    for (const std::string& url : urls)
        operations.push_back(ask_one(https, url, address, deadline));
    Enough<Evidence> enough = [](const Answers<Evidence>& answers) {
        return first_found(answers) != nullptr;
    };
    Answers<Evidence> answers = co_await gather(std::move(operations), std::move(enough), deadline);
    if (const Evidence* found = any_found(answers)) co_return *found;
    co_return none_found(urls, answers);
}

}  // namespace gatepost::discovery
