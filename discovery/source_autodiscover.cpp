// Exchange's way to publish settings, which others use too.
#include <algorithm>

#include "discovery/autodiscover_chain.h"
#include "discovery/gather.h"
#include "discovery/source.h"
#include "discovery/srv_records.h"
#include "discovery/web_answer.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

using SrvAnswer = Result<net::Answer<net::SrvRecord>>;

constexpr std::size_t max_srv_hosts = 2;  // who names more than one names a spare
constexpr std::uint16_t https_port = 443;

// An answer of a place, or of the DNS.
struct Part {
    std::optional<Evidence> evidence;
    std::optional<SrvAnswer> srv;
};

asio::awaitable<Part> ask_chain(net::HttpsClient& https, AutodiscoverChain chain,
                                net::Deadline deadline) {
    net::HttpRequest question = chain.begin();
    for (;;) {
        const Result<net::HttpResponse> answer =
            co_await https.send(std::move(question), net::HttpLimits{}, deadline);
        auto next = chain.resume(answer);
        if (auto* evidence = std::get_if<Evidence>(&next)) {
            co_return Part{std::move(*evidence), std::nullopt};
        }
        question = std::move(std::get<net::HttpRequest>(next));
    }
}

asio::awaitable<Part> ask_srv(net::Resolver& resolver, std::string name, net::Deadline deadline) {
    SrvAnswer answer = co_await resolver.srv(std::move(name), deadline);
    co_return Part{std::nullopt, std::move(answer)};
}

// The domain's own places, the preferred one first.
std::vector<std::string> own_places(const Address& address) {
    std::vector<std::string> places;
    const std::string host = "autodiscover." + address.domain;
    if (is_host_name(host)) places.push_back(autodiscover_json_url(address));
    places.push_back(autodiscover_url(address.domain));
    if (is_host_name(host)) places.push_back(autodiscover_url(host));
    return places;
}

bool has_settings(const Part& part) {
    return part.evidence && !part.evidence->candidates.empty();
}

bool is_enough(const Answers<Part>& answers) {
    return first_in_order(answers, has_settings) != nullptr;
}

std::vector<std::string> places_of_srv(const Answers<Part>& answers, const Address& address) {
    std::vector<std::string> places;
    for (const auto& answer : answers) {
        if (!answer || !answer->srv || !*answer->srv) continue;
        for (const net::SrvRecord& record : in_order((*answer->srv)->records)) {
            const bool is_own = record.target == address.domain ||
                                record.target == "autodiscover." + address.domain;
            if (is_own || record.port != https_port || !is_host_name(record.target)) continue;
            if (places.size() < max_srv_hosts) places.push_back(autodiscover_url(record.target));
        }
    }
    return places;
}

class AutodiscoverSource final : public Source {
  public:
    AutodiscoverSource(net::Resolver& resolver, net::HttpsClient& https)
        : resolver_(resolver), https_(https) {}

    [[nodiscard]] SourceKind kind() const override { return SourceKind::autodiscover; }
    [[nodiscard]] std::string asks(const Address& address) const override {
        return own_places(address).front();
    }

    asio::awaitable<Evidence> ask(Address address, net::Deadline deadline) override {
        const std::vector<std::string> places = own_places(address);
        std::vector<asio::awaitable<Part>> operations = chains(places, address, deadline);
        operations.push_back(ask_srv(resolver_, "_autodiscover._tcp." + address.domain, deadline));
        Enough<Part> enough = is_enough;
        Answers<Part> answers = co_await gather(std::move(operations), std::move(enough), deadline);
        Evidence evidence = best_of(places, answers);
        if (!evidence.candidates.empty()) co_return evidence;
        // Others are told the address only when the domain's own hosts know nothing.
        const std::vector<std::string> others = places_of_srv(answers, address);
        if (others.empty()) co_return evidence;
        Enough<Part> others_enough = is_enough;
        Answers<Part> of_others =
            co_await gather(chains(others, address, deadline), std::move(others_enough), deadline);
        Evidence other = best_of(others, of_others);
        other.from = "SRV _autodiscover._tcp." + address.domain + ", " + other.from;
        if (other.candidates.empty()) add_what_own_places_said(other, std::move(evidence));
        co_return other;
    }

  private:
    [[nodiscard]] std::vector<asio::awaitable<Part>> chains(const std::vector<std::string>& places,
                                                            const Address& address,
                                                            net::Deadline deadline) const {
        std::vector<asio::awaitable<Part>> operations;
        operations.reserve(places.size() + 1);
        for (const std::string& place : places)
            operations.push_back(ask_chain(https_, AutodiscoverChain(address, place), deadline));
        return operations;
    }

    // What has settings, else what each place said.
    static Evidence best_of(const std::vector<std::string>& places, const Answers<Part>& answers) {
        const auto found = std::ranges::find_if(
            answers, [](const auto& answer) { return answer && has_settings(*answer); });
        if (found != answers.end()) return *(*found)->evidence;
        Evidence evidence;
        evidence.from = places.front();
        for (std::size_t place = 0; place < places.size(); ++place) {
            const Evidence* said = answers[place] ? &*answers[place]->evidence : nullptr;
            evidence.outcome =
                more_telling(evidence.outcome, said ? said->outcome : Outcome::timed_out);
            if (said != nullptr && said->was_told_address) evidence.was_told_address = true;
            if (said != nullptr) {
                std::ranges::copy(said->plain, std::back_inserter(evidence.plain));
            }
            evidence.detail += (place == 0 ? "" : "; ") + (said ? said->from : places[place]) +
                               ": " + (said ? said->detail : "no answer in time");
        }
        return evidence;
    }

    static void add_what_own_places_said(Evidence& other, Evidence own) {
        other.detail = own.detail + "; " + other.detail;
        if (other.outcome != Outcome::found) {
            other.outcome = more_telling(own.outcome, other.outcome);
        }
        other.was_told_address = other.was_told_address || own.was_told_address;
        std::ranges::copy(other.plain, std::back_inserter(own.plain));
        other.plain = std::move(own.plain);
    }

    net::Resolver& resolver_;
    net::HttpsClient& https_;
};

}  // namespace

std::unique_ptr<Source> make_autodiscover_source(net::Resolver& resolver, net::HttpsClient& https) {
    return std::make_unique<AutodiscoverSource>(resolver, https);
}

}  // namespace gatepost::discovery
