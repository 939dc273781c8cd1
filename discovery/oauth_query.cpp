#include "discovery/oauth_query.h"

#include <algorithm>
#include <chrono>

#include "discovery/gather.h"
#include "discovery/oauth_metadata.h"
#include "discovery/web_answer.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

using Facts = Result<OAuthFacts>;

constexpr std::chrono::seconds patience{2};  // a handshake and an answer across the world

Facts judge(const std::string& url, const Result<net::HttpResponse>& answer,
            const std::string& issuer) {
    if (const auto none = without_page(url, answer)) {
        const bool is_answered =
            none->outcome == Outcome::not_found || none->outcome == Outcome::refused;
        return problem(is_answered ? ProblemKind::protocol_violation : ProblemKind::cannot_connect,
                       none->detail);
    }
    const std::string why_unproven = doubt(url, *answer);
    if (!why_unproven.empty()) return problem(ProblemKind::protocol_violation, why_unproven);
    Facts facts = parse_oauth_metadata(answer->body, issuer);
    if (facts) facts->from = url;
    return facts;
}

asio::awaitable<Facts> ask_one(net::HttpsClient& https, std::string url, std::string issuer,
                               net::Deadline deadline) {
    net::HttpRequest request;
    request.url = url;
    const Result<net::HttpResponse> answer =
        co_await https.send(std::move(request), net::HttpLimits{}, deadline);
    co_return judge(url, answer, issuer);
}

bool is_found(const Facts& facts) {
    return facts.has_value();
}

}  // namespace

asio::awaitable<Facts> ask_oauth_metadata(net::HttpsClient& https, std::string issuer,
                                          std::string provider, net::Deadline deadline) {
    deadline = std::min(deadline, net::after(patience));
    std::vector<asio::awaitable<Facts>> operations;
    for (const std::string& url : oauth_metadata_urls(issuer))
        operations.push_back(ask_one(https, url, issuer, deadline));
    if (operations.empty()) {
        co_return problem(ProblemKind::protocol_violation, issuer + " is no issuer");
    }
    Enough<Facts> enough = [](const Answers<Facts>& answers) {
        return first_in_order(answers, is_found) != nullptr;
    };
    const Answers<Facts> answers =
        co_await gather(std::move(operations), std::move(enough), deadline);
    for (const auto& answer : answers) {
        if (!answer || !*answer) continue;
        OAuthFacts facts = **answer;
        facts.provider = std::move(provider);
        co_return facts;
    }
    if (answers.front()) co_return answers.front()->error();
    co_return problem(ProblemKind::timed_out, "it did not answer in time");
}

}  // namespace gatepost::discovery
