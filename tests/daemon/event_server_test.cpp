// Events as their clients meet them: over a real Unix socket.
#include <gtest/gtest.h>

#include "daemon/event_stream.h"
#include "daemon/http_connection.h"
#include "served_socket.h"

namespace gatepost::daemon {
namespace {

using connector::EventHistory;
using connector::StateChange;

class EventServer : public testing::Test {
  protected:
    EventServer() {
        socket.serve({100, 100}, http_turned_away(), [this](Client client, PeerLimit::Place place) {
            return make_http_connection(std::move(client), std::move(place), handle, access);
        });
    }

    boost::asio::awaitable<Answer> answer(Request request) {
        Answer answer{200, "text/event-stream", {}};
        answer.stream = make_event_stream(
            feed, {}, {std::nullopt, [](std::string_view) { return true; }}, request.last_event_id);
        co_return answer;
    }

    void happen(const std::string& account) {
        StateChange change;
        change.account = account;
        // So long that no socket holds all of them.
        change.email = std::string(200, 'x');
        feed->add(std::move(change));
    }

    ServedSocket socket;
    std::shared_ptr<connector::EventFeed> feed =
        std::make_shared<connector::EventFeed>(socket.context.get_executor(), [](bool) {});
    HttpHandler handle = [this](Request request) { return answer(std::move(request)); };
    AccessLog access{socket.log};
};

constexpr const char* ask = "GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(EventServer, ResetsASlowClientAndGoesOnWithIt) {
    RawClient slow(socket.path);
    slow.send(ask);
    slow.read_until("retry: 1000");
    // It does not read while more happens than its socket and the history hold.
    for (int round = 0; round < 8; ++round) {
        socket.run_there([this] {
            for (std::size_t i = 0; i < EventHistory::usual_capacity / 4; ++i)
                happen("missed");
        });
    }
    socket.run_there([this] { happen("newest"); });
    const std::string text = slow.read_until("event: reset");
    EXPECT_NE(text.find("\"missed\""), std::string::npos) << "what was on its way came";
    EXPECT_TRUE(text.ends_with("event: reset"));
    socket.run_there([this] { happen("later"); });
    EXPECT_TRUE(slow.read_until("\"later\"").ends_with("\"later\""));
    socket.finish();
    EXPECT_TRUE(slow.read_all().ends_with("\r\n0\r\n\r\n"));
}

TEST_F(EventServer, ForgetsAClientThatHasGone) {
    {
        RawClient client(socket.path);
        client.send(ask);
        client.read_until("retry: 1000");
    }
    EXPECT_TRUE(socket.becomes_empty());
    std::size_t readers = 1;
    socket.run_there([&] { readers = feed->readers(); });
    EXPECT_EQ(readers, 0U);
}

TEST_F(EventServer, DoesNotWaitAtTheEndForAClientThatReadsNothing) {
    RawClient slow(socket.path);
    slow.send(ask);
    slow.read_until("retry: 1000");
    socket.run_there([this] {
        for (int i = 0; i < 5000; ++i)
            happen("much");
    });
    // Behind the piece that does not go through.
    socket.run_there([] {});
    socket.finish();
    EXPECT_TRUE(socket.becomes_empty());
}

}  // namespace
}  // namespace gatepost::daemon
