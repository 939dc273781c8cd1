// From bytes to requests: row A4 and A5 of the threats, each also with the bytes coming one by one.
#include "daemon/request_reader.h"

#include <gtest/gtest.h>

#include <cstring>

namespace gatepost::daemon {
namespace {

using Step = RequestReader::Step;

void give(RequestReader& reader, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::span<char> room = reader.room();
        const std::size_t taken = std::min(room.size(), bytes.size());
        std::memcpy(room.data(), bytes.data(), taken);
        reader.received(taken);
        bytes.remove_prefix(taken);
    }
}

/// Up to a step that is neither receive nor head. Pieces of that many bytes.
Step read(RequestReader& reader, std::string_view bytes, std::size_t piece) {
    while (true) {
        const Step step = reader.resume();
        if (step == Step::complete || step == Step::refused) {
            give(reader, bytes);
            return step;
        }
        if (bytes.empty()) return step;
        give(reader, bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
}

std::string get(const std::string& head) {
    return "GET / HTTP/1.1\r\nHost: x\r\n" + head + "\r\n";
}

std::string post(const std::string& head, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: x\r\n" + head + "\r\n" + body;
}

std::string many_fields(int count) {
    std::string head;
    for (int i = 0; i < count; ++i)
        head += "X" + std::to_string(i) + ": y\r\n";
    return head;
}

struct Row {
    std::string name;
    std::string bytes;
    ProblemKind kind = ProblemKind::bad_request;
};

class Refused : public testing::TestWithParam<Row> {};

TEST_P(Refused, HoweverItsBytesAreCut) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
        RequestReader reader;
        ASSERT_EQ(read(reader, GetParam().bytes, piece), Step::refused) << piece;
        EXPECT_EQ(reader.problem().kind, GetParam().kind);
        EXPECT_FALSE(reader.keep_alive());
        EXPECT_EQ(reader.resume(), Step::refused) << "for good";
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Refused,
    testing::Values(
        Row{"XChunked", post("Transfer-Encoding: xchunked\r\n", "")},
        Row{"ChunkedIdentity", post("Transfer-Encoding: chunked, identity\r\n", "")},
        Row{"IdentityChunked", post("Transfer-Encoding: identity, chunked\r\n", "")},
        Row{"ChunkedTwice",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        Row{"ChunkedAndLength",
            post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
        Row{"LengthTwice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")},
        Row{"LengthsThatDiffer", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{} ")},
        Row{"LengthList", post("Content-Length: 5, 5\r\n", "12345")},
        Row{"LengthWithSign", post("Content-Length: +5\r\n", "12345")},
        Row{"LengthNegative", post("Content-Length: -5\r\n", "")},
        Row{"LengthOverflow", post("Content-Length: 99999999999999999999\r\n", "")},
        Row{"NoHost", "GET / HTTP/1.1\r\n\r\n"}, Row{"TwoHosts", get("Host: y\r\n")},
        Row{"AbsoluteTarget", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        Row{"AuthorityTarget", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"},
        Row{"AsteriskTarget", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"},
        Row{"EightBitTarget", "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n"},
        Row{"EscapeCut", "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n"},
        Row{"EscapedNul", "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n"},
        Row{"EscapeNotUtf8", "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n"},
        Row{"GetWithBody", get("Content-Length: 2\r\n") + "{}"},
        Row{"GetChunked", get("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"},
        Row{"HeadWithBody", "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"},
        Row{"Fold", get("X: a\r\n b\r\n")}, Row{"FoldByTab", get("X: a\r\n\tb\r\n")},
        Row{"SpaceBeforeColon", get("X : a\r\n")}, Row{"BareCr", get("X: a\rb\r\n")},
        Row{"Nul", get(std::string("X: a\0b\r\n", 8))}, Row{"NoVersion", "GET /\r\n\r\n"},
        Row{"Http2", "GET / HTTP/2.0\r\nHost: x\r\n\r\n"}, Row{"ManyFields", get(many_fields(64))},
        Row{"UnknownExpectation", post("Expect: tea\r\nContent-Length: 2\r\n", "{}")},
        Row{"ChunkExtension", post("Transfer-Encoding: chunked\r\n",
                                   "2;x=" + std::string(300, 'y') + "\r\n{}\r\n0\r\n\r\n")},
        Row{"ChunkSize", post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n")},
        Row{"HeadTooLarge", get("X: " + std::string(9000, 'y') + "\r\n"), ProblemKind::too_large},
        Row{"BodyTooLarge", post("Content-Length: 65537\r\n", ""), ProblemKind::too_large},
        Row{"ChunksTooLarge",
            post("Transfer-Encoding: chunked\r\n",
                 "10001\r\n" + std::string(65537, 'x') + "\r\n0\r\n\r\n"),
            ProblemKind::too_large}),
    [](const auto& row) { return row.param.name; });

TEST(Request, IsReadHoweverItsBytesAreCut) {
    const std::string bytes =
        "PUT /v1/accounts/a%40b?x=1&y=%20 HTTP/1.1\r\nHost: x\r\nContent-Length: "
        "7\r\n\r\n{\"a\":1}";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        RequestReader reader;
        ASSERT_EQ(read(reader, bytes, piece), Step::complete);
        EXPECT_TRUE(reader.keep_alive());
        const Request request = reader.take({7, {}});
        EXPECT_EQ(request.method, "PUT");
        EXPECT_EQ(request.text(), "{\"a\":1}");
        EXPECT_EQ(request.peer.uid, 7U);
        EXPECT_EQ(request.target.segments, (std::vector<std::string>{"v1", "accounts", "a@b"}));
        EXPECT_EQ(request.target.query.at(1).second, " ");
    }
}

TEST(Request, InChunksIsReadToo) {
    RequestReader reader;
    const std::string bytes =
        post("Transfer-Encoding: Chunked\r\n", "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
    ASSERT_EQ(read(reader, bytes, 1), Step::complete);
    EXPECT_EQ(reader.take({0, {}}).text(), "{}");
}

TEST(Request, OfNoChunksIsReadHoweverItIsCut) {
    const std::string bytes = post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n");
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        RequestReader reader;
        ASSERT_EQ(read(reader, bytes, piece), Step::complete) << piece;
        EXPECT_EQ(reader.take({0, {}}).text(), "") << piece;
    }
}

TEST(Request, OfNoLengthIsReadToo) {
    RequestReader reader;
    ASSERT_EQ(read(reader, post("Content-Length: 0\r\n", ""), 1), Step::complete);
    EXPECT_EQ(reader.take({0, {}}).text(), "");
}

TEST(Request, OfExactlyTheLimitIsRead) {
    RequestReader reader;
    const std::string bytes = post("Content-Length: 65536\r\n", std::string(65536, 'x'));
    ASSERT_EQ(read(reader, bytes, 4096), Step::complete);
    EXPECT_EQ(reader.take({0, {}}).body.size(), 65536U);
}

std::string import_of(std::size_t bytes, const std::string& path = "/v1/providers") {
    return "PUT " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n\r\n" + std::string(bytes, 'x');
}

TEST(Request, OfTheOperatorMayHaveAProviderTable) {
    constexpr std::size_t limit = 2 * 1024 * 1024;
    RequestReader reader(true);
    ASSERT_EQ(read(reader, import_of(limit), 4096), Step::complete);
    EXPECT_EQ(reader.take({0, {}}).body.size(), limit);

    RequestReader larger(true);
    ASSERT_EQ(read(larger, import_of(limit + 1), 4096), Step::refused);
    EXPECT_EQ(larger.problem().kind, ProblemKind::too_large);
    EXPECT_NE(larger.problem().detail.find("2048 KiB"), std::string::npos);
}

TEST(Request, OfOthersOrForOtherThingsMayNotBeThatLarge) {
    constexpr std::size_t bytes = 64 * 1024 + 1;
    RequestReader of_somebody;
    EXPECT_EQ(read(of_somebody, import_of(bytes), 4096), Step::refused);
    RequestReader for_accounts(true);
    EXPECT_EQ(read(for_accounts, import_of(bytes, "/v1/accounts/a"), 4096), Step::refused);
    EXPECT_NE(for_accounts.problem().detail.find("64 KiB"), std::string::npos);
    RequestReader in_chunks(true);
    EXPECT_EQ(read(in_chunks,
                   "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n" +
                       std::string(65537, 'x'),
                   4096),
              Step::refused);
    EXPECT_EQ(in_chunks.problem().kind, ProblemKind::too_large);
}

TEST(Request, ThatFollowsAnotherIsKept) {
    RequestReader reader;
    const std::string second = get("X: second\r\n");
    ASSERT_EQ(read(reader, post("Content-Length: 2\r\n", "{}") + second, 100'000), Step::complete);
    EXPECT_EQ(reader.take({0, {}}).text(), "{}");
    reader.begin();
    EXPECT_TRUE(reader.has_begun());
    ASSERT_EQ(read(reader, "", 1), Step::complete);
    EXPECT_EQ(reader.take({0, {}}).method, "GET");
    reader.begin();
    EXPECT_FALSE(reader.has_begun());
}

TEST(Request, ThatWaitsForAGoAheadSaysSoOnce) {
    RequestReader reader;
    give(reader, post("Expect: 100-continue\r\nContent-Length: 2\r\n", ""));
    ASSERT_EQ(reader.resume(), Step::head);
    EXPECT_TRUE(reader.expects_continue());
    EXPECT_EQ(reader.resume(), Step::receive);
    give(reader, "{}");
    EXPECT_EQ(reader.resume(), Step::complete);
}

TEST(Request, OfHeadIsAskedAsGet) {
    RequestReader reader;
    ASSERT_EQ(read(reader, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", 5), Step::complete);
    EXPECT_TRUE(reader.is_head_request());
    EXPECT_EQ(reader.take({0, {}}).method, "GET");
}

TEST(Request, OfHttp10EndsTheConnection) {
    RequestReader reader;
    ASSERT_EQ(read(reader, "GET / HTTP/1.0\r\nHost: x\r\n\r\n", 5), Step::complete);
    EXPECT_FALSE(reader.keep_alive());
}

}  // namespace
}  // namespace gatepost::daemon
