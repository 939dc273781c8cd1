#include "cli/event_source.h"

#include <gmock/gmock.h>

#include <sstream>

#include "cli/events_command.h"
#include "cli/members.h"
#include "scripted_server.h"

namespace gatepost::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk(std::string_view bytes) {
    std::ostringstream text;
    text << std::hex << bytes.size() << "\r\n" << bytes << "\r\n";
    return text.str();
}

std::string type_of(const Failure& failure) {
    return text_of(failure.problem, "type");
}

TEST(EventSource, ReadsEventsAsTheyCome) {
    ScriptedServer server("api.sock", [](Peer& peer) {
        EXPECT_THAT(peer.read_until("\r\n\r\n"), AllOf(StartsWith("GET /v1/events HTTP/1.1\r\n"),
                                                       Not(HasSubstr("Last-Event-ID"))));
        peer.send(head + chunk("retry: 1000\nid: r-0\n\n"));
        peer.send(chunk("event: account.state\nid: r-1\ndata: {}\n\n"));
        peer.send(chunk(""));
    });
    auto source = EventSource::open(server.path(), "/v1/events", "");
    ASSERT_TRUE(source);
    std::vector<ServerEvent> read;
    auto events = source->next();
    for (; events; events = source->next())
        read.insert(read.end(), events->begin(), events->end());
    ASSERT_THAT(read, SizeIs(1));
    EXPECT_EQ(read[0].type, "account.state");
    EXPECT_EQ(source->last_id(), "r-1");
    EXPECT_EQ(type_of(events.error()), "urn:gatepost:problem:daemon-unreachable");
}

TEST(EventSource, SaysWhereItStopped) {
    ScriptedServer server("api.sock", [](Peer& peer) {
        EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("\r\nLast-Event-ID: r-7\r\n"));
        peer.send(head);
    });
    EXPECT_TRUE(EventSource::open(server.path(), "/v1/events", "r-7"));
}

TEST(EventSource, FailsAsTheDaemonSays) {
    ScriptedServer server("api.sock", [](Peer& peer) {
        peer.read_until("\r\n\r\n");
        peer.send(
            "HTTP/1.1 404 Not Found\r\nContent-Length: 65\r\n\r\n"
            R"({"type":"urn:gatepost:problem:unknown-account","detail":"No one"})");
    });
    const auto source = EventSource::open(server.path(), "/v1/events?account=x", "");
    ASSERT_FALSE(source);
    EXPECT_EQ(type_of(source.error()), "urn:gatepost:problem:unknown-account");
    EXPECT_FALSE(source.error().may_pass());
}

TEST(EventSource, FailsWhereThereIsNoDaemon) {
    std::ostringstream out;
    std::ostringstream err;
    const auto followed = follow_events("/nonexistent/api.sock", {}, {out, false}, err);
    ASSERT_FALSE(followed);
    EXPECT_THAT(reason_of(followed.error()), HasSubstr("/nonexistent/api.sock"));
    EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace gatepost::cli
