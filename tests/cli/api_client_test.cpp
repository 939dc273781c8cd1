#include "cli/api_client.h"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "cli/members.h"
#include "scripted_server.h"

namespace gatepost::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string answer(std::string_view status, std::string_view body, std::string_view more = {}) {
    return "HTTP/1.1 " + std::string(status) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more) +
           "\r\n" + std::string(body);
}

std::string type_of(const Outcome<boost::json::value>& outcome) {
    return outcome ? std::string() : text_of(outcome.error().problem, "type");
}

TEST(ApiClient, SendsARequestAndReadsTheJson) {
    ScriptedServer server("api.sock", [](Peer& peer) {
        EXPECT_THAT(peer.read_until("\"marked\"}"),
                    AllOf(StartsWith("POST /v1/accounts HTTP/1.1\r\n"), HasSubstr("Host: "),
                          HasSubstr("Content-Type: application/json\r\n"),
                          HasSubstr("Content-Length: 21\r\n")));
        peer.send(answer("201 Created", R"({"id": "acc_1"})"));
    });
    ApiClient client(server.path());
    const auto done =
        client.send({"POST", "/v1/accounts", Secret::copy_of(R"({"password":"marked"})")});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->at("id").as_string(), "acc_1");
}

TEST(ApiClient, SendsSeveralRequestsOverOneConnection) {
    ScriptedServer server("api.sock", [](Peer& peer) {
        for (const char* target : {"GET /1 ", "GET /2 "}) {
            EXPECT_THAT(peer.read_until("\r\n\r\n"), StartsWith(target));
            peer.send(answer("200 OK", "[]"));
        }
    });
    ApiClient client(server.path());
    EXPECT_TRUE(client.send({"GET", "/1"}));
    EXPECT_TRUE(client.send({"GET", "/2"}));
}

TEST(ApiClient, AnAnswerWithoutABodyIsNull) {
    ScriptedServer server("api.sock", [](Peer& peer) {
        EXPECT_THAT(peer.read_until("\r\n\r\n"), Not(HasSubstr("Content-Type")));
        peer.send("HTTP/1.1 204 No Content\r\n\r\n");
    });
    ApiClient client(server.path());
    const auto done = client.send({"DELETE", "/v1/accounts/acc_1"});
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->is_null());
}

TEST(ApiClient, AProblemIsTheFailureAsItWasTold) {
    const std::string problem =
        R"({"type":"urn:gatepost:problem:unknown-account","status":404,"detail":"No x."})";
    ScriptedServer server("api.sock", [&](Peer& peer) {
        peer.read_until("\r\n\r\n");
        peer.send(answer("404 Not Found", problem, "Connection: close\r\n"));
    });
    ApiClient client(server.path());
    const auto done = client.send({"GET", "/"});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().problem, boost::json::parse(problem));
}

TEST(ApiClient, ARefusalWithoutAProblemNamesItsStatus) {
    ScriptedServer server("api.sock", [](Peer& peer) {
        peer.read_until("\r\n\r\n");
        peer.send(answer("502 Bad Gateway", "<html>"));
    });
    ApiClient client(server.path());
    const auto done = client.send({"GET", "/"});
    ASSERT_FALSE(done);
    EXPECT_THAT(reason_of(done.error()), HasSubstr("502"));
}

TEST(ApiClient, WhatCannotBeReadIsAFailure) {
    struct Answer {
        std::string bytes;
        std::string type;
    };
    const Answer answers[] = {
        {"", "urn:gatepost:problem:daemon-unreachable"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
         "urn:gatepost:problem:daemon-unreachable"},
        {"* OK Gatepost ready\r\n", "urn:gatepost:problem:protocol-violation"},
        {answer("200 OK", "{not json"), "urn:gatepost:problem:protocol-violation"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n", "urn:gatepost:problem:too-large"},
    };
    for (const Answer& told : answers) {
        ScriptedServer server("api.sock", [&](Peer& peer) {
            peer.read_until("\r\n\r\n");
            peer.send(told.bytes);
        });
        ApiClient client(server.path());
        EXPECT_EQ(type_of(client.send({"GET", "/"})), told.type) << told.bytes;
    }
}

TEST(ApiClient, WithoutADaemonTheReasonNamesTheSocketAndWhatToDo) {
    for (const std::string& path : {std::string("/nonexistent/api.sock"), std::string(200, 'x')}) {
        ApiClient client(path);
        const auto done = client.send({"GET", "/"});
        EXPECT_EQ(type_of(done), "urn:gatepost:problem:daemon-unreachable");
        ASSERT_FALSE(done);
        EXPECT_THAT(reason_of(done.error()), HasSubstr(path));
    }
}

TEST(ApiClient, TellsADaemonThatHasGoneMeanwhileFromOneThatBreaksTheProtocol) {
    auto server = std::make_unique<ScriptedServer>("api.sock", [](Peer& peer) {
        peer.read_until("\r\n\r\n");
        peer.send(answer("200 OK", "[]"));
    });
    ApiClient client(server->path());
    ASSERT_TRUE(client.send({"GET", "/"}));
    server.reset();
    const auto done = client.send({"GET", "/"});
    EXPECT_EQ(type_of(done), "urn:gatepost:problem:daemon-unreachable");
    EXPECT_TRUE(done.error().may_pass());
}

}  // namespace
}  // namespace gatepost::cli
