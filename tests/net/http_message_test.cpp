#include "net/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const HttpUrl url{true, "example.com", 443, "/a?b"};

TEST(HttpRequest, SaysWhatItMust) {
    const auto bytes = write_request({}, url);
    ASSERT_TRUE(bytes);
    EXPECT_THAT(*bytes, StartsWith("GET /a?b HTTP/1.1\r\n"));
    EXPECT_THAT(*bytes, HasSubstr("Host: example.com\r\n"));
    EXPECT_THAT(*bytes, HasSubstr("Accept-Encoding: identity\r\n"));
    EXPECT_THAT(*bytes, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(*bytes, Not(HasSubstr("Content-Length")));
    EXPECT_TRUE(bytes->ends_with("\r\n\r\n"));
}

TEST(HttpRequest, CarriesHeadersAndABody) {
    const auto bytes = write_request(
        {.method = "POST", .headers = {{"Content-Type", "text/xml"}}, .body = "<a/>"}, url);
    ASSERT_TRUE(bytes);
    EXPECT_THAT(*bytes, StartsWith("POST /a?b HTTP/1.1\r\n"));
    EXPECT_THAT(*bytes, HasSubstr("Content-Type: text/xml\r\n"));
    EXPECT_THAT(*bytes, HasSubstr("Content-Length: 4\r\n"));
    EXPECT_TRUE(bytes->ends_with("\r\n\r\n<a/>"));
}

TEST(HttpRequest, NamesAPortThatIsNotTheUsualOne) {
    EXPECT_THAT(*write_request({}, {true, "example.com", 8443, "/"}),
                HasSubstr("Host: example.com:8443\r\n"));
    EXPECT_THAT(*write_request({}, {false, "example.com", 80, "/"}),
                HasSubstr("Host: example.com\r\n"));
}

TEST(HttpRequest, ThatWouldBreakTheMessageIsRefused) {
    const HttpRequest bad[] = {
        {.method = ""},
        {.method = "GET /x HTTP/1.1\r\nX:"},
        {.headers = {{"X\r\nY", "z"}}},
        {.headers = {{"X:", "z"}}},
        {.headers = {{"", "z"}}},
        {.headers = {{"X", "y\r\nZ: z"}}},
        {.headers = {{"X", std::string("y\0z", 3)}}},
    };
    for (const HttpRequest& request : bad)
        EXPECT_FALSE(write_request(request, url));
}

TEST(HttpRequest, HostCannotBeSetFromOutside) {
    const auto bytes = write_request({.headers = {{"Host", "other.example"}}}, url);
    ASSERT_TRUE(bytes);
    EXPECT_THAT(*bytes, Not(HasSubstr("other.example")));
}

// ---- Answers.

constexpr HttpLimits limits{.header_bytes = 1000, .body_bytes = 100};

Result<bool> read(ResponseReader& reader, std::string_view bytes) {
    return reader.put(bytes);
}

ResponseReader reader(bool head = false) {
    return {"example.com", limits, head};
}

TEST(HttpResponse, IsReadByItsLength) {
    ResponseReader response = reader();
    const auto complete = read(response,
                               "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n"
                               "Content-Type: text/plain; charset=utf-8\r\n\r\nhello");
    ASSERT_TRUE(complete);
    EXPECT_TRUE(*complete);
    const HttpResponse taken = response.take();
    EXPECT_EQ(taken.status, 404);
    EXPECT_EQ(taken.content_type, "text/plain; charset=utf-8");
    EXPECT_EQ(taken.body, "hello");
}

TEST(HttpResponse, IsReadByteByByte) {
    ResponseReader response = reader();
    constexpr std::string_view bytes =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto complete = read(response, bytes.substr(i, 1));
        ASSERT_TRUE(complete) << i << ": " << complete.error().detail;
        EXPECT_EQ(*complete, i + 1 == bytes.size()) << i;
    }
    EXPECT_EQ(response.take().body, "abcde");
}

TEST(HttpResponse, OfNoChunksIsReadHoweverItIsCut) {
    constexpr std::string_view bytes =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        ResponseReader response = reader();
        bool complete = false;
        for (std::size_t start = 0; start < bytes.size(); start += piece) {
            ASSERT_FALSE(complete) << piece;
            complete = *read(response, bytes.substr(start, piece));
            if (!complete) complete = *read(response, "");
        }
        EXPECT_TRUE(complete) << piece;
    }
}

TEST(HttpResponse, WithoutALengthEndsWithTheConnection) {
    ResponseReader response = reader();
    EXPECT_FALSE(*read(response, "HTTP/1.0 200 OK\r\n\r\nhello"));
    EXPECT_FALSE(*read(response, " world"));
    EXPECT_TRUE(*response.put_end());
    EXPECT_EQ(response.take().body, "hello world");
}

TEST(HttpResponse, WithoutABodyIsCompleteAfterItsHeader) {
    ResponseReader to_head = reader(true);
    EXPECT_TRUE(*read(to_head, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n"));
    ResponseReader no_content = reader();
    EXPECT_TRUE(*read(no_content, "HTTP/1.1 204 No Content\r\n\r\n"));
}

TEST(HttpResponse, ThatEndsTooEarlyIsAViolation) {
    for (const char* bytes :
         {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell"}) {
        ResponseReader response = reader();
        ASSERT_FALSE(*read(response, bytes));
        const auto ended = response.put_end();
        ASSERT_FALSE(ended) << bytes;
        EXPECT_EQ(ended.error().kind, ProblemKind::protocol_violation);
        EXPECT_EQ(ended.error().fact("host"), "example.com");
    }
}

TEST(HttpResponse, ThatIsNoHttpIsAViolation) {
    for (const char* bytes :
         {"* OK IMAP4rev1 ready\r\n", "220 smtp.example.com ESMTP\r\n", "\x16\x03\x01\x02\r\n\r\n",
          "HTTP/2 200\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\n",
          "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
        ResponseReader response = reader();
        const auto complete = read(response, bytes);
        ASSERT_FALSE(complete) << bytes;
        EXPECT_EQ(complete.error().kind, ProblemKind::protocol_violation) << bytes;
    }
}

TEST(HttpResponse, ThatIsCompressedIsAViolation) {
    for (const char* encoding : {"gzip", "deflate", "br", "identity, gzip", "x"}) {
        ResponseReader response = reader();
        const auto complete =
            read(response, "HTTP/1.1 200 OK\r\nContent-Encoding: " + std::string(encoding) +
                               "\r\nContent-Length: 1\r\n\r\nx");
        ASSERT_FALSE(complete) << encoding;
        EXPECT_EQ(complete.error().kind, ProblemKind::protocol_violation);
    }
    ResponseReader identity = reader();
    EXPECT_TRUE(*read(identity,
                      "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\n"
                      "Content-Length: 1\r\n\r\nx"));
}

void expect_too_large(const std::string& bytes) {
    ResponseReader response = reader();
    const auto complete = read(response, bytes);
    ASSERT_FALSE(complete) << bytes.substr(0, 100);
    EXPECT_EQ(complete.error().kind, ProblemKind::too_large) << complete.error().detail;
}

TEST(HttpResponse, IsBounded) {
    const std::string status = "HTTP/1.1 200 OK\r\n";
    const std::string chunked = status + "Transfer-Encoding: chunked\r\n\r\n";
    expect_too_large(status + "X: " + std::string(1000, 'x'));
    expect_too_large(status + "X: " + std::string(1000, 'x') + "\r\n\r\n");
    expect_too_large(status + "Content-Length: 101\r\n\r\n");
    expect_too_large(status + "\r\n" + std::string(101, 'x'));
    expect_too_large(chunked + "65\r\n" + std::string(101, 'x') + "\r\n");
    expect_too_large(chunked + "1\r\nx\r\n64\r\n" + std::string(100, 'x') + "\r\n");
    expect_too_large(chunked + "1;" + std::string(1000, 'x'));
    expect_too_large(chunked + "0\r\nX: " + std::string(1000, 'x'));
}

TEST(HttpResponse, UpToTheBoundIsTaken) {
    ResponseReader response = reader();
    EXPECT_TRUE(
        *read(response, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x')));
}

TEST(HttpResponse, TellsWhereToAskInstead) {
    ResponseReader response = reader();
    ASSERT_TRUE(*read(response,
                      "HTTP/1.1 301 Moved\r\nLocation: https://other.example/\r\n"
                      "Content-Length: 0\r\n\r\n"));
    EXPECT_EQ(response.status(), 301);
    EXPECT_EQ(response.location(), "https://other.example/");
}

}  // namespace
}  // namespace gatepost::net
