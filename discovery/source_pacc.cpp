// The domain's configuration for user agents, with its digest in the DNS.
#include "discovery/gather.h"
#include "discovery/oauth_query.h"
#include "discovery/pacc.h"
#include "discovery/source.h"
#include "discovery/web_answer.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

using Page = Result<net::HttpResponse>;
using Records = Result<net::Answer<std::string>>;

// One of the two questions' answers.
struct Part {
    std::optional<Page> page;
    std::optional<Records> records;
};

class PaccSource final : public Source {
  public:
    PaccSource(net::Resolver& resolver, net::HttpsClient& https)
        : resolver_(resolver), https_(https) {}

    [[nodiscard]] SourceKind kind() const override { return SourceKind::pacc; }
    [[nodiscard]] std::string asks(const Address& address) const override {
        return pacc_url(address);
    }

    asio::awaitable<Evidence> ask(Address address, net::Deadline deadline) override {
        Evidence evidence;
        if (!is_host_name(host_of(pacc_url(address)))) {
            evidence.detail = "The domain is too long to have a host for it.";
            co_return evidence;
        }
        std::vector<asio::awaitable<Part>> operations;
        operations.push_back(ask_page(pacc_url(address), deadline));
        operations.push_back(ask_records(pacc_digest_name(address), deadline));
        // Without a page there is nothing that a digest could be about.
        Enough<Part> enough = [](const Answers<Part>& answers) {
            return answers[0] && (!*answers[0]->page || (*answers[0]->page)->status != 200);
        };
        Answers<Part> answers = co_await gather(std::move(operations), std::move(enough), deadline);
        const Page page = answers[0] ? *answers[0]->page : Page(late());
        const Records records = answers[1] ? *answers[1]->records : Records(late());
        if (auto none = without_page(pacc_url(address), page)) co_return std::move(*none);
        const Result<PaccFile> file = parse_pacc(page->body);
        if (!file) {
            evidence.detail = file.error().detail;
            co_return evidence;
        }
        std::optional<Result<OAuthFacts>> oauth;
        if (!file->issuer.empty()) {
            oauth = co_await ask_oauth_metadata(https_, file->issuer, address.domain, deadline);
        }
        evidence = judge_pacc(address, *page, *file, records, oauth);
        co_return evidence;
    }

  private:
    static Problem late() {
        return problem(ProblemKind::timed_out, "There was no answer in time.");
    }

    asio::awaitable<Part> ask_page(std::string url, net::Deadline deadline) {
        net::HttpRequest request;
        request.url = std::move(url);
        Part part;
        part.page = co_await https_.send(std::move(request), net::HttpLimits{}, deadline);
        co_return part;
    }

    asio::awaitable<Part> ask_records(std::string name, net::Deadline deadline) {
        Part part;
        part.records = co_await resolver_.txt(std::move(name), deadline);
        co_return part;
    }

    net::Resolver& resolver_;
    net::HttpsClient& https_;
};

}  // namespace

std::unique_ptr<Source> make_pacc_source(net::Resolver& resolver, net::HttpsClient& https) {
    return std::make_unique<PaccSource>(resolver, https);
}

}  // namespace gatepost::discovery
