#include "imap/response.h"

#include <gtest/gtest.h>

namespace gatepost::imap {
namespace {

struct StatusCase {
    const char* line;
    const char* tag;
    Status status;
    const char* code;
    const char* arguments;
    const char* text;
};

class StatusResponses : public testing::TestWithParam<StatusCase> {};

TEST_P(StatusResponses, AreTakenApart) {
    const StatusCase& expected = GetParam();
    const auto response = take_apart(expected.line);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->kind, Response::Kind::status);
    EXPECT_EQ(response->tag, expected.tag);
    EXPECT_EQ(response->status, expected.status);
    EXPECT_EQ(response->code, expected.code);
    EXPECT_EQ(response->arguments, expected.arguments);
    EXPECT_EQ(response->text, expected.text);
}

INSTANTIATE_TEST_SUITE_P(
    Table, StatusResponses,
    testing::Values(StatusCase{"* OK ready\r\n", "*", Status::ok, "", "", "ready"},
                    StatusCase{"* ok\r\n", "*", Status::ok, "", "", ""},
                    StatusCase{"A1 OK\r\n", "A1", Status::ok, "", "", ""},
                    StatusCase{"A1 NO [LIMIT] full\r\n", "A1", Status::no, "LIMIT", "", "full"},
                    StatusCase{"A1 NO [LIMIT]\r\n", "A1", Status::no, "LIMIT", "", ""},
                    StatusCase{"* BYE [X a b] c d\r\n", "*", Status::bye, "X", "a b", "c d"},
                    StatusCase{"* BAD [A (\"]\" \"\\\"]\")] t\r\n", "*", Status::bad, "A",
                               "(\"]\" \"\\\"]\")", "t"},
                    StatusCase{"* OK [never closed\r\n", "*", Status::ok, "", "", "[never closed"},
                    StatusCase{"* OK [] empty\r\n", "*", Status::ok, "", "", "empty"},
                    StatusCase{"* PREAUTH hello\r\n", "*", Status::preauth, "", "", "hello"}));

TEST(Response, ContinuationsAreTakenApart) {
    for (const char* line : {"+ go on\r\n", "+ \r\n", "+\r\n"}) {
        const auto response = take_apart(line);
        ASSERT_TRUE(response);
        EXPECT_EQ(response->kind, Response::Kind::continuation);
    }
    EXPECT_EQ(take_apart("+ go on\r\n")->text, "go on");
}

TEST(Response, DataIsNamedByItsKeyword) {
    EXPECT_EQ(take_apart("* LIST () NIL a\r\n")->keyword, "LIST");
    EXPECT_EQ(take_apart("* LIST () NIL a\r\n")->text, "() NIL a");
    EXPECT_EQ(take_apart("* 5 EXISTS\r\n")->keyword, "EXISTS");
}

TEST(Response, NumbersAreNotReadSoThatNoneWrapsH13) {
    EXPECT_EQ(take_apart("* 99999999999999999999 EXISTS\r\n")->keyword, "EXISTS");
}

TEST(Response, WhatIsNoneIsRefused) {
    for (const char* line : {"\r\n", "*\r\n", "* \r\n", "OK\r\n", "hello there\r\n", "A1\r\n",
                             "A1 LIST\r\n", "A1 BYE x\r\n", "A1 PREAUTH x\r\n", " OK x\r\n",
                             "HTTP/1.1 400 Bad Request\r\n", "220 mail ESMTP\r\n", "+x\r\n"}) {
        const auto response = take_apart(line);
        EXPECT_FALSE(response) << line;
        if (!response) {
            EXPECT_EQ(response.error().kind, ProblemKind::protocol_violation);
        }
    }
}

}  // namespace
}  // namespace gatepost::imap
