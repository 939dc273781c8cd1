// A network that is played: tests say what each name and URL answers, and in which order. Whoever
// asks for what has no answer yet waits until the test gives one, or until it is cancelled.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "discovery/probe.h"
#include "net/https.h"
#include "net/resolver.h"

namespace gatepost::discovery {

namespace asio = boost::asio;

/// Questions by what is asked for ("SRV _imaps._tcp.example.com", a URL), and their answers.
template <class T>
class Played {
  public:
    /// Lets whoever waits go on, and answers the same to whoever asks later.
    void answer(const std::string& question, Result<T> value) {
        answers_.emplace(question, std::move(value));
        const auto [first, last] = waiting_.equal_range(question);
        for (auto waiting = first; waiting != last; ++waiting)
            waiting->second->cancel();
    }

    asio::awaitable<Result<T>> ask(std::string question) {
        asked.push_back(question);
        if (!answers_.contains(question)) co_await wait(question);
        const auto found = answers_.find(question);
        if (found == answers_.end()) {
            cancelled.push_back(question);
            co_return problem(ProblemKind::cancelled, "Nobody waits for it any more.");
        }
        co_return found->second;
    }

    [[nodiscard]] bool has_answer(const std::string& question) const {
        return answers_.contains(question);
    }

    std::vector<std::string> asked;
    std::vector<std::string> cancelled;

  private:
    asio::awaitable<void> wait(std::string question) {
        auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                          net::Deadline::max());
        waiting_.emplace(question, timer);
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    }

    std::map<std::string, Result<T>> answers_;
    std::multimap<std::string, std::shared_ptr<asio::steady_timer>> waiting_;
};

struct PlayedResolver final : net::Resolver {
    asio::awaitable<Result<net::Answer<asio::ip::address>>> addresses(std::string,
                                                                      net::Deadline) override {
        co_return problem(ProblemKind::internal, "Sources leave addresses to the dialer.");
    }
    asio::awaitable<Result<net::Answer<net::MxRecord>>> mx(std::string name,
                                                           net::Deadline) override {
        return mxs.ask(std::move(name));
    }
    asio::awaitable<Result<net::Answer<net::SrvRecord>>> srv(std::string name,
                                                             net::Deadline) override {
        return srvs.ask(std::move(name));
    }
    asio::awaitable<Result<net::Answer<std::string>>> txt(std::string name,
                                                          net::Deadline) override {
        return txts.ask(std::move(name));
    }

    Played<net::Answer<net::MxRecord>> mxs;
    Played<net::Answer<net::SrvRecord>> srvs;
    Played<net::Answer<std::string>> txts;
};

/// Requests other than GET are asked for by their method and URL: "POST https://example.com/".
struct PlayedHttps final : net::HttpsClient {
    asio::awaitable<Result<net::HttpResponse>> send(net::HttpRequest request, net::HttpLimits,
                                                    net::Deadline) override {
        std::string question = (request.method == "GET" ? "" : request.method + " ") + request.url;
        requests[question] = std::move(request);
        return pages.ask(std::move(question));
    }

    Played<net::HttpResponse> pages;
    std::map<std::string, net::HttpRequest> requests;  ///< the last of each question
};

/// Asked by host and port: "imap.example.com:993".
struct PlayedProber final : Prober {
    asio::awaitable<Result<Capabilities>> probe(std::string host, std::uint16_t port, Security,
                                                net::Deadline) override {
        return servers.ask(host + ":" + std::to_string(port));
    }

    Played<Capabilities> servers;
};

}  // namespace gatepost::discovery
