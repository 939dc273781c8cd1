// Requests on accounts from JSON and from queries: what is read, and how mistakes are named.
#include "daemon/account_requests.h"

#include <gtest/gtest.h>

#include "daemon/json_document.h"

namespace gatepost::daemon {
namespace {

Request post(std::string_view body, const char* target = "/v1/accounts") {
    return {"POST", *parse_target(target), WipedBytes(body.begin(), body.end()), {}};
}

using connector::AccountState;

TEST(ConnectRequest, IsReadWithAllItsFields) {
    const auto request = read_connect_request(post(R"({
        "email": "a@b.example", "password": "pa\"ss ü", "id": "x",
        "imap": {"host": "imap.b.example", "port": 143, "security": "starttls", "username": "u"},
        "accept_unproven": true, "status_callback_url": "https://c.example/", "labels": {"k": "v"}})"));
    ASSERT_TRUE(request) << request.error().detail;
    EXPECT_EQ(request->email, "a@b.example");
    EXPECT_EQ(request->password->reveal(), "pa\"ss ü");
    EXPECT_EQ(request->id, "x");
    ASSERT_TRUE(request->imap);
    EXPECT_EQ(request->imap->host, "imap.b.example");
    EXPECT_EQ(request->imap->port, 143);
    EXPECT_EQ(request->imap->security, Security::starttls);
    EXPECT_EQ(request->imap->username, "u");
    EXPECT_TRUE(request->accept_unproven);
    EXPECT_EQ(request->status_callback_url, "https://c.example/");
    EXPECT_EQ(request->labels.at("k"), "v");
}

TEST(ConnectRequest, NeedsOnlyTheAddress) {
    const auto request = read_connect_request(post(R"({"email": "a@b.example"})"));
    ASSERT_TRUE(request);
    EXPECT_FALSE(request->password || request->imap || request->id || request->accept_unproven);
}

struct WrongField {
    const char* body;
    const char* field;
};

class WrongFields : public testing::TestWithParam<WrongField> {};

TEST_P(WrongFields, AreNamed) {
    const auto request = read_connect_request(post(GetParam().body));
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().kind, ProblemKind::bad_request);
    EXPECT_EQ(request.error().fact("field"), GetParam().field);
    EXPECT_NE(request.error().detail.find(GetParam().field), std::string::npos);
    EXPECT_EQ(request.error().detail.find("secret"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongFields,
    testing::Values(
        WrongField{"{}", "email"}, WrongField{R"({"email": 7})", "email"},
        WrongField{R"({"email": null})", "email"},
        WrongField{R"({"email": "a", "password": 5})", "password"},
        WrongField{R"({"email": "a", "passwrod": "secret"})", "passwrod"},
        WrongField{R"({"email": "a", "accept_unproven": "yes"})", "accept_unproven"},
        WrongField{R"({"email": "a", "labels": []})", "labels"},
        WrongField{R"({"email": "a", "labels": {"a": 1}})", "labels.a"},
        WrongField{R"({"email": "a", "status_callback_url": "file:/x"})", "status_callback_url"},
        WrongField{R"({"email": "a", "imap": "x"})", "imap"},
        WrongField{R"({"email": "a", "imap": {}})", "imap.host"},
        WrongField{R"({"email": "a", "imap": {"host": 1}})", "imap.host"},
        WrongField{R"({"email": "a", "imap": {"host": "x", "port": "9"}})", "imap.port"},
        WrongField{R"({"email": "a", "imap": {"host": "x", "port": 0}})", "imap.port"},
        WrongField{R"({"email": "a", "imap": {"host": "x", "port": 65536}})", "imap.port"},
        WrongField{R"({"email": "a", "imap": {"host": "x", "port": 9.5}})", "imap.port"},
        WrongField{R"({"email": "a", "imap": {"host": "x", "port": 1e400}})", "imap.port"},
        WrongField{R"({"email": "a", "imap": {"host": "x", "security": "none"}})", "imap.security"},
        WrongField{R"({"email": "a", "imap": {"host": "x", "tls": true}})", "imap.tls"}));

class NoJsonObject : public testing::TestWithParam<std::string> {};

TEST_P(NoJsonObject, IsRefusedWithoutBeingQuoted) {
    const auto parsed = parse_json_object(GetParam());
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, ProblemKind::bad_request);
    EXPECT_EQ(parsed.error().detail.find("marked"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, NoJsonObject,
                         testing::Values("", " ", "{", "[]", "\"marked\"", "null", "5",
                                         "{'marked': 1}", "{} {}", "{\"a\":1,}", "{\"a\":\"marked",
                                         "{\"marked\":1,\"marked\":2}", "{\"a\":{\"b\":1,\"b\":1}}",
                                         "{\"a\":\"\xff\"}", "{\"a\":\"\\ud800\"}", "{\"a\":01}",
                                         "{\"a\":NaN}", "{\"a\":1}//x", "\xef\xbb\xbf{}",
                                         std::string(10'000, '['),
                                         "{\"a\":" + std::string(40, '[') + std::string(40, ']') +
                                             "}"));

TEST(JsonObject, MayHaveANameInTwoOfItsParts) {
    EXPECT_TRUE(parse_json_object(R"({"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]} )"));
}

TEST(JsonObject, NamesThatAreSpelledDifferentlyAreTheSame) {
    EXPECT_FALSE(parse_json_object(R"({"ab": 1, "a\u0062": 2})"));
}

TEST(PutRequest, TakesTheIdOfThePath) {
    const auto request = read_put_request(post(R"({"email": "a@b.example"})"), "mine");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->id, "mine");
    EXPECT_TRUE(read_put_request(post(R"({"email": "a@b.example", "id": "mine"})"), "mine"));
    const auto other = read_put_request(post(R"({"email": "a@b.example", "id": "other"})"), "mine");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().fact("field"), "id");
}

TEST(ChangeRequest, ChangesOnlyWhatIsThere) {
    const auto nothing = read_change_request("{}");
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(nothing->password || nothing->imap || nothing->labels ||
                 nothing->status_callback_url);
    const auto labels = read_change_request(R"({"labels": {}, "status_callback_url": ""})");
    ASSERT_TRUE(labels);
    EXPECT_TRUE(labels->labels && labels->labels->empty());
    EXPECT_EQ(labels->status_callback_url, "");
    EXPECT_EQ(read_change_request(R"({"email": "a"})").error().fact("field"), "email");
}

Result<connector::ListFilter> filter_of(const std::string& query) {
    return read_list_filter(*parse_target("/v1/accounts?" + query));
}

TEST(ListFilter, IsReadFromTheQuery) {
    const auto filter =
        filter_of("email=a%2bb@c.example&state=live&limit=7&after=x&label.k=v&label.l.m=w+x");
    ASSERT_TRUE(filter);
    EXPECT_EQ(filter->email, "a+b@c.example");
    EXPECT_EQ(filter->state, AccountState::live);
    EXPECT_EQ(filter->limit, 7U);
    EXPECT_EQ(filter->after, "x");
    EXPECT_EQ(filter->labels.at("k"), "v");
    EXPECT_EQ(filter->labels.at("l.m"), "w+x");
    EXPECT_EQ(filter_of("")->limit, 100U);
}

TEST(ListFilter, NamesTheParameterThatIsWrong) {
    for (const char* query :
         {"limit=0", "limit=1001", "limit=-1", "limit=many", "limit=", "limit=1&limit=2"}) {
        EXPECT_EQ(filter_of(query).error().fact("field"), "limit") << query;
    }
    EXPECT_EQ(filter_of("state=asleep").error().fact("field"), "state");
    EXPECT_EQ(filter_of("colour=red").error().fact("field"), "colour");
}

TEST(DiscoveryQuery, IsOneAddress) {
    EXPECT_EQ(read_discovery_query(*parse_target("/?email=a+b@c.example"))->email, "a+b@c.example");
    EXPECT_EQ(read_discovery_query(*parse_target("/?email="))->email, "");
    using discovery::Freshness;
    EXPECT_EQ(read_discovery_query(*parse_target("/?email=a"))->freshness, Freshness::any);
    EXPECT_EQ(read_discovery_query(*parse_target("/?email=a&fresh=true"))->freshness,
              Freshness::fresh);
    EXPECT_EQ(read_discovery_query(*parse_target("/?email=a&fresh=x")).error().fact("field"),
              "fresh");
    for (const char* target : {"/", "/?email=a&email=b"}) {
        EXPECT_EQ(read_discovery_query(*parse_target(target)).error().fact("field"), "email");
    }
    EXPECT_EQ(read_discovery_query(*parse_target("/?mail=a")).error().fact("field"), "mail");
}

}  // namespace
}  // namespace gatepost::daemon
