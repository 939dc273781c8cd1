#include "discovery/web_answer.h"

#include <boost/url/parse.hpp>

#include "discovery/domain.h"
#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

constexpr int status_ok = 200;
constexpr int first_server_error = 500;

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

}  // namespace

std::string host_of(const std::string& url) {
    const auto parsed = boost::urls::parse_uri(url);
    return parsed ? lower_case(std::string(parsed->encoded_host())) : std::string();
}

Outcome more_telling(Outcome one, Outcome other) {
    return weight_of(other) > weight_of(one) ? other : one;
}

std::optional<Evidence> without_page(const std::string& url,
                                     const Result<net::HttpResponse>& answer) {
    Evidence evidence;
    evidence.from = url;
    if (!answer) {
        evidence.outcome = outcome_of(answer.error());
        evidence.detail = answer.error().detail;
        return evidence;
    }
    if (answer->status == status_ok) return std::nullopt;
    const bool broken = answer->status >= first_server_error;
    evidence.outcome = broken ? Outcome::failed : Outcome::not_found;
    evidence.detail = "answered with HTTP status " + std::to_string(answer->status);
    return evidence;
}

std::string doubt(const std::string& url, const net::HttpResponse& response) {
    if (!response.all_https || !url.starts_with("https://")) return "it came without TLS";
    const std::string host = host_of(response.url);
    if (!same_organisation(host, host_of(url))) return "it was redirected to " + host;
    return {};
}

std::string joined(const std::vector<std::string>& notes) {
    std::string text;
    for (const std::string& note : notes)
        text += (text.empty() ? "" : "; ") + note;
    return text;
}

}  // namespace gatepost::discovery
