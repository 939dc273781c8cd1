// api.sock as its clients meet it: raw bytes over a real Unix socket (rows A4 to A7 of the
// threats).
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/http_connection.h"
#include "served_socket.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t big = 8 * 1024 * 1024;  // more than a Unix socket holds

class HttpServer : public testing::Test {
  protected:
    void serve(HttpPatience patience = {}, ServerLimits limits = {100, 100}) {
        socket.serve(limits, http_turned_away(), [=, this](Client client, PeerLimit::Place place) {
            return make_http_connection(std::move(client), std::move(place), handle, access,
                                        patience);
        });
    }

    /// "/echo" answers its body, "/big" much, "/wait" when it is opened; "/throw" has a bug.
    asio::awaitable<Answer> answer(Request request) {
        const std::string& path = request.target.path;
        if (path == "/throw") throw std::runtime_error("marked");
        if (path == "/big") co_return Answer{200, "text/plain", std::string(big, 'x')};
        if (path == "/stream") {
            Answer answer{200, "text/plain", {}};
            answer.stream = stream;
            co_return answer;
        }
        if (path == "/nothing") co_return Answer{204, {}, {}};
        if (path == "/wait") {
            ++waiting;
            waiting.notify_all();
            co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        co_return Answer{200, "text/plain",
                         "[" + request.method + " " + std::string(request.text()) + "]"};
    }

    void open_gate() {
        socket.run_there([this] { gate.cancel(); });
    }

    /// Says one word, the next once it is let go on, and then waits for its end.
    class SlowStream final : public BodyStream {
      public:
        explicit SlowStream(asio::steady_timer& change) : change_(change) {}
        asio::awaitable<std::string> next() override {
            ++asked_;
            while (!has_ended && (asked_ > 2 || (asked_ == 2 && !goes_on_)))
                co_await change_.async_wait(asio::as_tuple(asio::use_awaitable));
            co_return has_ended ? "" : asked_ == 1 ? "first" : "second";
        }
        void end() override {
            has_ended = true;
            change_.cancel();
        }
        void go_on() {
            goes_on_ = true;
            change_.cancel();
        }

        std::atomic<bool> has_ended = false;

      private:
        asio::steady_timer& change_;
        int asked_ = 0;
        bool goes_on_ = false;
    };

    ServedSocket socket;
    asio::steady_timer gate{socket.context, net::Deadline::max()};
    std::shared_ptr<SlowStream> stream = std::make_shared<SlowStream>(gate);
    std::atomic<int> waiting = 0;
    HttpHandler handle = [this](Request request) { return answer(std::move(request)); };
    AccessLog access{socket.log};
};

std::string get(const std::string& path, const std::string& more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

std::string post(const std::string& path, const std::string& body, const std::string& more = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(HttpServer, AnswersOneRequestAfterTheOtherOnAConnection) {
    serve();
    RawClient client(socket.path);
    for (const char* body : {"one", "two"}) {
        client.send(post("/echo", body));
        const std::string answer = client.read_until("]");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
        EXPECT_TRUE(answer.ends_with("[POST " + std::string(body) + "]")) << answer;
    }
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
    serve();
    RawClient client(socket.path);
    client.send(post("/echo", "one") + get("/echo") + post("/echo", "two"));
    EXPECT_TRUE(client.read_until("]").ends_with("[POST one]"));
    EXPECT_TRUE(client.read_until("]").ends_with("[GET ]"));
    EXPECT_TRUE(client.read_until("]").ends_with("[POST two]"));
}

TEST_F(HttpServer, AnswersHeadWithoutTheBody) {
    serve();
    RawClient client(socket.path);
    client.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n" + get("/nothing"));
    const std::string answer = client.read_until("\r\n\r\n");
    EXPECT_NE(answer.find("Content-Length: 6\r\n"), std::string::npos) << answer;
    const std::string next = client.read_until("\r\n\r\n");
    EXPECT_TRUE(next.starts_with("HTTP/1.1 204 ")) << next;
    EXPECT_EQ(next.find("Content-Length"), std::string::npos);
}

TEST_F(HttpServer, ClosesWhereTheClientAsksForIt) {
    serve();
    RawClient client(socket.path);
    client.send(get("/echo", "Connection: close\r\n"));
    const std::string answer = client.read_all();
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("[GET ]"));
}

TEST_F(HttpServer, GoesAheadWhereTheClientWaitsForIt) {
    serve();
    RawClient client(socket.path);
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("{}");
    EXPECT_TRUE(client.read_until("]").ends_with("[POST {}]"));
}

TEST_F(HttpServer, AnswersNothingBehindARefusedRequest) {
    serve();
    RawClient client(socket.path);
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n" +
                get("/echo"));
    const std::string answer = client.read_until("}");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServer, TellsAClientThatIsStillSendingThatItIsTooMuch) {
    serve();
    RawClient client(socket.path);
    client.send(post("/echo", std::string(1'000'000, 'x')));
    const std::string answer = client.read_until("}");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
}

TEST_F(HttpServer, TellsNothingOfABug) {
    serve();
    RawClient client(socket.path);
    client.send(get("/throw"));
    const std::string answer = client.read_until("}");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
    EXPECT_EQ(answer.find("marked"), std::string::npos);
    client.send(get("/echo"));
    EXPECT_TRUE(client.read_until("]").ends_with("[GET ]")) << "and goes on";
}

TEST_F(HttpServer, TellsEachPieceOfAStreamAtOnce) {
    HttpPatience impatient;
    impatient.idle = impatient.write = 1ms;
    serve(impatient);
    RawClient client(socket.path);
    client.send(get("/stream"));
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_NE(head.find("Cache-Control: no-store\r\n"), std::string::npos);
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
    EXPECT_EQ(client.read_until("first\r\n"), "5\r\nfirst\r\n");
    socket.run_there([this] { stream->go_on(); });
    EXPECT_EQ(client.read_until("second\r\n"), "6\r\nsecond\r\n");
    socket.finish();
    EXPECT_EQ(client.read_all(), "0\r\n\r\n");
    EXPECT_TRUE(socket.becomes_empty());
}

TEST_F(HttpServer, StreamsWithoutChunksToAnOldClient) {
    serve();
    RawClient client(socket.path);
    client.send("GET /stream HTTP/1.0\r\nHost: x\r\n\r\n");
    const std::string answer = client.read_until("first");
    EXPECT_EQ(answer.find("chunked"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nfirst")) << answer;
    socket.finish();
    EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServer, AnswersHeadOfAStreamWithoutIt) {
    serve();
    RawClient client(socket.path);
    client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.read_all();
    EXPECT_NE(answer.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << answer;
    EXPECT_EQ(answer.find("\r\n\r\n"), answer.size() - 4) << answer;
}

TEST_F(HttpServer, EndsAStreamWhoseClientHasGone) {
    serve();
    {
        RawClient client(socket.path);
        client.send(get("/stream"));
        client.read_until("first");
    }
    EXPECT_TRUE(socket.becomes_empty());
    EXPECT_TRUE(stream->has_ended);
}

TEST_F(HttpServer, CutsAStream) {
    serve();
    RawClient client(socket.path);
    client.send(get("/stream"));
    client.read_until("first");
    socket.cut();
    EXPECT_TRUE(socket.becomes_empty());
}

HttpPatience short_patience() {
    return {50ms, 50ms, 50ms, 50ms, 50ms};
}

TEST_F(HttpServer, CutsAClientThatDripsItsHead) {
    HttpPatience patience;
    patience.head = 50ms;
    serve(patience);
    RawClient client(socket.path);
    client.send("GET /echo HTTP/1.1\r\nHost");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServer, CutsAClientThatDripsItsBody) {
    HttpPatience patience;
    patience.body = 50ms;
    serve(patience);
    RawClient client(socket.path);
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServer, EndsAConnectionOnWhichNothingHappens) {
    serve(short_patience());
    RawClient client(socket.path);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServer, CutsAClientThatDoesNotReadItsAnswer) {
    HttpPatience patience;
    patience.write = 50ms;
    serve(patience);
    RawClient client(socket.path);
    client.send(get("/big"));
    EXPECT_LT(client.read_until("x").size(), big);  // it has begun to answer
    EXPECT_TRUE(socket.becomes_empty());
    EXPECT_LT(client.read_all().size(), big);
}

TEST_F(HttpServer, LeavesAClientThatWentAway) {
    serve();
    {
        RawClient client(socket.path);
        client.send(get("/wait"));
        waiting.wait(0);
    }
    open_gate();
    EXPECT_TRUE(socket.becomes_empty());
}

TEST_F(HttpServer, TurnsAwayAUserWithTooManyConnections) {
    serve({}, {2, 100});
    RawClient first(socket.path);
    RawClient second(socket.path);
    for (RawClient* client : {&first, &second}) {
        client->send(get("/echo"));
        client->read_until("]");
    }
    RawClient third(socket.path);
    third.send(post("/echo", std::string(big, 'x')));
    const std::string answer = third.read_until("}");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_NE(answer.find("Retry-After: "), std::string::npos);
    EXPECT_NE(answer.find("urn:gatepost:problem:overloaded"), std::string::npos);
}

TEST_F(HttpServer, CountsWhatItAnswered) {
    serve();
    RawClient client(socket.path);
    client.send("BREW /echo HTTP/1.1\r\nHost: x\r\n\r\n" + get("/echo", "Connection: close\r\n"));
    client.read_all();
    socket.run_there([this] {
        EXPECT_EQ(access.counts().at({"GET", 200}), 1U);
        EXPECT_EQ(access.counts().at({"other", 200}), 1U) << "and makes up no series";
    });
}

// ---- The end

TEST_F(HttpServer, AnswersWhatIsRunningWhenItFinishesAndClosesTheRest) {
    serve();
    RawClient idle(socket.path);
    idle.send(get("/echo"));
    idle.read_until("]");
    RawClient busy(socket.path);
    busy.send(get("/wait"));
    waiting.wait(0);
    socket.finish();
    EXPECT_TRUE(idle.is_closed());
    open_gate();
    const std::string answer = busy.read_all();
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("[GET ]")) << answer;
    EXPECT_THROW(RawClient{socket.path}, std::runtime_error);
}

TEST_F(HttpServer, CutsWhatIsRunningWhereItMust) {
    serve();
    RawClient busy(socket.path);
    busy.send(get("/wait"));
    waiting.wait(0);
    socket.finish();
    socket.cut();
    EXPECT_TRUE(busy.is_closed());
    open_gate();
    EXPECT_TRUE(socket.becomes_empty());
}

}  // namespace
}  // namespace gatepost::daemon
