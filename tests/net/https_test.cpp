// The HTTPS client against servers of every kind, under TLS and in the clear.
#include "net/https.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <map>

#include "certificates.h"
#include "event_loop.h"
#include "server.h"

namespace gatepost::net {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;
using boost::asio::ip::tcp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Dials servers of the test by their names, whatever the port, and keeps what was asked for.
class NameDialer final : public Dialer {
  public:
    void know(const std::string& host, const Server& server) { servers_[host] = server.endpoint(); }
    std::vector<std::string> dialled;

    awaitable<Result<tcp::socket>> dial(std::string host, std::uint16_t port, Deadline) override {
        dialled.push_back(host + ":" + std::to_string(port));
        const auto server = servers_.find(host);
        if (server == servers_.end()) {
            co_return problem(ProblemKind::host_not_allowed, host + " is not allowed.");
        }
        tcp::socket socket(co_await boost::asio::this_coro::executor);
        co_await socket.async_connect(server->second, use_awaitable);
        co_return std::move(socket);
    }

  private:
    std::map<std::string, tcp::endpoint> servers_;
};

std::string ok(const std::string& body, const std::string& headers = "") {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
           "\r\n" + body;
}

std::string redirect(const std::string& location) {
    return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
}

// What a web server does: the answer to each path, and the requests that came.
struct Site {
    std::map<std::string, std::string> answers;
    std::vector<std::string> requests;

    std::string answer(const std::string& request) {
        requests.push_back(request);
        const std::size_t begin = request.find(' ') + 1;
        return answers[request.substr(begin, request.find(' ', begin) - begin)];
    }
};

template <class Connection>
awaitable<void> answer_one(Connection& connection, Site& site) {
    std::string request;
    co_await boost::asio::async_read_until(connection, boost::asio::dynamic_buffer(request),
                                           "\r\n\r\n", use_awaitable);
    const std::string answer = site.answer(request);
    co_await boost::asio::async_write(connection, boost::asio::buffer(answer), use_awaitable);
}

awaitable<void> serve_tls(TlsConnection& connection, Site& site) {
    co_await answer_one(connection, site);
    co_await shut_down(connection);
}

awaitable<void> serve_clear(tcp::socket socket, Site& site) {
    co_await answer_one(socket, site);
}

class Https : public testing::Test {
  protected:
    static void SetUpTestSuite() { authority = new CertificateAuthority("Https"); }
    static void TearDownTestSuite() {
        delete authority;
        authority = nullptr;
    }

    Https() {
        serve("example.com", [this](TlsConnection& c) { return serve_tls(c, site); });
        serve("other.example", [this](TlsConnection& c) { return serve_tls(c, other); });
    }

    void serve(const std::string& host, TlsPart part) {
        add(host, with_tls(authority->issue(host), std::move(part)));
    }
    void add(const std::string& host, Server::Part part) {
        servers.push_back(std::make_unique<Server>(loop.context, std::move(part)));
        dialer.know(host, *servers.back());
    }

    Result<HttpResponse> send(HttpRequest request, HttpLimits limits = {}) {
        return loop.run(client.send(std::move(request), limits, far_off()));
    }
    Result<HttpResponse> get(const std::string& url, bool plain_http = false) {
        return send({.url = url, .plain_http = plain_http});
    }
    void expect(const Result<HttpResponse>& response, ProblemKind kind) {
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().kind, kind) << response.error().detail;
    }

    static inline CertificateAuthority* authority = nullptr;
    EventLoop loop;
    Site site;
    Site other;
    std::vector<std::unique_ptr<Server>> servers;
    NameDialer dialer;
    std::unique_ptr<TlsContext> tls = std::move(*TlsContext::make(authority->file()));
    DialingHttpsClient client{dialer, *tls};
};

TEST_F(Https, AsksAndAnswers) {
    site.answers["/a?b=c"] = ok("hello", "Content-Type: text/xml\r\n");
    const auto response = get("https://example.com/a?b=c");
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->content_type, "text/xml");
    EXPECT_EQ(response->body, "hello");
    EXPECT_EQ(response->url, "https://example.com/a?b=c");
    EXPECT_TRUE(response->all_https);
    EXPECT_THAT(dialer.dialled, ElementsAre("example.com:443"));
    ASSERT_THAT(site.requests, SizeIs(1));
    EXPECT_THAT(site.requests[0], HasSubstr("\r\nHost: example.com\r\n"));
}

TEST_F(Https, AnyStatusIsAnAnswer) {
    site.answers["/"] = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(get("https://example.com/")->status, 503);
    site.answers["/"] = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(get("https://example.com/")->status, 302);
}

TEST_F(Https, PostsABody) {
    site.answers["/token"] = ok("{}");
    ASSERT_TRUE(send({.method = "POST", .url = "https://example.com/token", .body = "a=b"}));
    EXPECT_THAT(site.requests[0], HasSubstr("POST /token HTTP/1.1\r\n"));
    EXPECT_TRUE(site.requests[0].ends_with("a=b"));
}

TEST_F(Https, UrlThatIsNoneIsNotDialled) {
    expect(get("http://example.com/"), ProblemKind::bad_request);
    expect(get("https://example.com:22/"), ProblemKind::host_not_allowed);
    expect(get("https://127.0.0.1/"), ProblemKind::host_not_allowed);
    EXPECT_THAT(dialer.dialled, IsEmpty());
}

TEST_F(Https, OperatorsUrlMayHaveAPort) {
    site.answers["/"] = ok("hello");
    ASSERT_TRUE(send({.url = "https://example.com:8443/", .any_port = true}));
    EXPECT_THAT(dialer.dialled, ElementsAre("example.com:8443"));
}

TEST_F(Https, WhatTheDialerForbidsIsForbidden) {
    expect(get("https://inside.example/"), ProblemKind::host_not_allowed);
}

TEST_F(Https, CertificateForAnotherNameIsRefused) {
    add("wrong.example", with_tls(authority->issue("example.com"), shut_down));
    const auto response = get("https://wrong.example/");
    expect(response, ProblemKind::tls_failed);
    EXPECT_EQ(response.error().fact("reason"), "hostname");
}

// ---- Redirects.

TEST_F(Https, RedirectsAreFollowed) {
    site.answers["/a"] = redirect("/b");
    site.answers["/b"] = redirect("https://other.example/c");
    other.answers["/c"] = ok("hello");
    const auto response = get("https://example.com/a");
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->body, "hello");
    EXPECT_EQ(response->url, "https://other.example/c");
    EXPECT_TRUE(response->all_https);
    EXPECT_THAT(dialer.dialled,
                ElementsAre("example.com:443", "example.com:443", "other.example:443"));
}

TEST_F(Https, RedirectsInACircleEndAtTheLimit) {
    site.answers["/a"] = redirect("/b");
    site.answers["/b"] = redirect("/a");
    expect(get("https://example.com/a"), ProblemKind::protocol_violation);
    EXPECT_THAT(dialer.dialled, SizeIs(4));
    expect(send({.url = "https://example.com/a"}, {.redirects = 0}),
           ProblemKind::protocol_violation);
}

TEST_F(Https, RedirectToHttpIsNotFollowed) {
    site.answers["/"] = redirect("http://other.example/");
    expect(get("https://example.com/"), ProblemKind::protocol_violation);
    EXPECT_THAT(dialer.dialled, ElementsAre("example.com:443"));
}

TEST_F(Https, RedirectInsideIsNotFollowed) {
    for (const char* location : {"https://127.0.0.1/", "https://localhost/", "https://[::1]/",
                                 "https://example.com:22/", "https://inside.example/"}) {
        site.answers["/"] = redirect(location);
        expect(get("https://example.com/"), ProblemKind::host_not_allowed);
    }
}

TEST_F(Https, RedirectOfAPostIsAnAnswer) {
    site.answers["/"] = redirect("https://other.example/");
    const auto response = send({.method = "POST", .url = "https://example.com/", .body = "secret"});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 302);
    EXPECT_EQ(response->url, "https://example.com/");
    EXPECT_EQ(response->redirect, "https://other.example/");
    EXPECT_THAT(other.requests, IsEmpty());
}

TEST_F(Https, RedirectOfAPostIsJudgedAsOthersAre) {
    site.answers["/"] = redirect("http://other.example/");
    expect(send({.method = "POST", .url = "https://example.com/", .body = "secret"}),
           ProblemKind::protocol_violation);
}

TEST_F(Https, HeadersAreForTheHostThatTheyWereMeantFor) {
    site.answers["/a"] = redirect("/b");
    site.answers["/b"] = redirect("https://other.example/");
    other.answers["/"] = ok("hello");
    ASSERT_TRUE(send({.url = "https://example.com/a", .headers = {{"Authorization", "token"}}}));
    ASSERT_THAT(site.requests, SizeIs(2));
    EXPECT_THAT(site.requests[1], HasSubstr("Authorization: token"));
    ASSERT_THAT(other.requests, SizeIs(1));
    EXPECT_THAT(other.requests[0], Not(HasSubstr("token")));
}

// ---- In the clear.

class PlainHttp : public Https {
  protected:
    PlainHttp() {
        add("clear.example",
            [this](tcp::socket socket) { return serve_clear(std::move(socket), clear); });
    }
    Site clear;
};

TEST_F(PlainHttp, IsSpokenWhereItIsWantedAndTold) {
    clear.answers["/"] = ok("hello");
    const auto response = get("http://clear.example/", true);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_FALSE(response->all_https);
    EXPECT_THAT(dialer.dialled, ElementsAre("clear.example:80"));
}

TEST_F(PlainHttp, OnTheWayIsToldToo) {
    site.answers["/"] = redirect("http://clear.example/");
    clear.answers["/"] = redirect("https://other.example/");
    other.answers["/"] = ok("hello");
    const auto response = get("https://example.com/", true);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->url, "https://other.example/");
    EXPECT_FALSE(response->all_https);
}

// ---- Hostile servers.

TEST_F(Https, HeaderAndBodyAreBounded) {
    site.answers["/header"] = ok("", "X: " + std::string(20'000, 'x') + "\r\n");
    expect(get("https://example.com/header"), ProblemKind::too_large);
    site.answers["/body"] = ok(std::string(300'000, 'x'));
    expect(get("https://example.com/body"), ProblemKind::too_large);
    site.answers["/whole"] = ok(std::string(256 * 1024, 'x'));
    EXPECT_TRUE(get("https://example.com/whole"));
}

template <class Connection>
awaitable<void> pour(Connection& connection, std::string begin, std::string again) {
    std::string request;
    co_await boost::asio::async_read_until(connection, boost::asio::dynamic_buffer(request),
                                           "\r\n\r\n", use_awaitable);
    co_await boost::asio::async_write(connection, boost::asio::buffer(begin), use_awaitable);
    for (;;) {
        co_await boost::asio::async_write(connection, boost::asio::buffer(again), use_awaitable);
    }
}

std::string many_times(const std::string& text) {
    std::string result;
    for (int i = 0; i < 1000; ++i)
        result += text;
    return result;
}

TEST_F(Https, EndlessAnswersEndAtTheBound) {
    const std::string status = "HTTP/1.1 200 OK\r\n";
    for (const auto& [begin, again] : std::vector<std::pair<std::string, std::string>>{
             {status, many_times("X: y\r\n")},
             {status + "\r\n", many_times("x")},
             {status + "Transfer-Encoding: chunked\r\n\r\n", many_times("1\r\nx\r\n")},
             {status + "Transfer-Encoding: chunked\r\n\r\n1;", many_times("x")},
             {"", many_times("\r\n")},
         }) {
        serve("endless.example", [begin = begin, again = again](TlsConnection& connection) {
            return pour(connection, begin, again);
        });
        const auto response = get("https://endless.example/");
        ASSERT_FALSE(response) << begin << again;
        EXPECT_THAT(response.error().kind,
                    testing::AnyOf(ProblemKind::too_large, ProblemKind::protocol_violation));
    }
}

TEST_F(Https, CompressedAnswerIsRefused) {
    site.answers["/"] = ok("\x1f\x8b", "Content-Encoding: gzip\r\n");
    expect(get("https://example.com/"), ProblemKind::protocol_violation);
}

TEST_F(Https, AnswerThatIsNoHttpIsRefused) {
    site.answers["/"] = "* OK IMAP4rev1 ready\r\n\r\n";
    expect(get("https://example.com/"), ProblemKind::protocol_violation);
}

TEST_F(Https, AnswerThatEndsTooEarlyIsRefused) {
    site.answers["/"] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
    expect(get("https://example.com/"), ProblemKind::protocol_violation);
}

awaitable<void> answer_and_hang_up(TlsConnection& connection, Site& site) {
    co_await answer_one(connection, site);
    co_await hang_up(connection);
}

TEST_F(Https, AnswerWithoutLengthNeedsAnOrderlyEnd) {
    Site cut;
    cut.answers["/"] = "HTTP/1.1 200 OK\r\n\r\n<settings>half of it";
    serve("cut.example", [&](TlsConnection& c) { return answer_and_hang_up(c, cut); });
    expect(get("https://cut.example/"), ProblemKind::cannot_connect);
    cut.answers["/"] = ok("whole");
    EXPECT_TRUE(get("https://cut.example/"));
}

// Whether the server has come to the stage at which the test ends it.
using Reached = std::shared_ptr<bool>;

awaitable<void> shake_no_hands(tcp::socket socket, Reached reached) {
    co_await socket.async_wait(tcp::socket::wait_read, use_awaitable);
    *reached = true;
    co_await socket.async_wait(tcp::socket::wait_error, use_awaitable);
}

awaitable<void> read_and_be_mute(TlsConnection& connection, Reached reached) {
    std::string request;
    co_await boost::asio::async_read_until(connection, boost::asio::dynamic_buffer(request),
                                           "\r\n\r\n", use_awaitable);
    *reached = true;
    co_await connection.next_layer().async_wait(tcp::socket::wait_error, use_awaitable);
}

// Sends a byte, and the next one a little later, for longer than any deadline.
awaitable<void> drip(TlsConnection& connection, Reached reached) {
    std::string request;
    co_await boost::asio::async_read_until(connection, boost::asio::dynamic_buffer(request),
                                           "\r\n\r\n", use_awaitable);
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    const std::string answer = "HTTP/1.1 200 OK\r\nX: " + std::string(15'000, 'x');
    for (const char& c : answer) {
        co_await boost::asio::async_write(connection, boost::asio::buffer(&c, 1), use_awaitable);
        *reached = true;
        timer.expires_after(std::chrono::milliseconds(5));
        co_await timer.async_wait(use_awaitable);
    }
}

class SlowHttps : public Https {
  protected:
    SlowHttps() {
        add("silent.example",
            [this](tcp::socket s) { return shake_no_hands(std::move(s), reached); });
        serve("mute.example", [this](TlsConnection& c) { return read_and_be_mute(c, reached); });
        serve("slow.example", [this](TlsConnection& c) { return drip(c, reached); });
    }

    Reached reached = std::make_shared<bool>(false);
};

TEST_F(SlowHttps, OneDeadlineIsForAllOfIt) {
    for (const std::string host : {"silent.example", "mute.example", "slow.example"}) {
        const auto response = loop.run(client.send({.url = "https://" + host + "/"}, {},
                                                   after(std::chrono::milliseconds(50))));
        expect(response, ProblemKind::timed_out);
        EXPECT_THAT(response.error().detail, HasSubstr(host));
    }
}

TEST_F(SlowHttps, CancellationEndsItAtEveryStage) {
    for (const std::string host : {"silent.example", "mute.example", "slow.example"}) {
        *reached = false;
        const auto sending =
            loop.start(client.send({.url = "https://" + host + "/"}, {}, far_off()));
        loop.until([&] { return *reached; });
        sending->cancel();
        expect(loop.finish(sending), ProblemKind::cancelled);
    }
}

}  // namespace
}  // namespace gatepost::net
