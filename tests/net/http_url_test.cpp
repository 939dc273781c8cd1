#include "net/http_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr HttpUrlRules usual{};

TEST(HttpUrl, IsReadAndWritten) {
    const struct {
        const char* text;
        HttpUrl url;
        const char* written;
    } cases[] = {
        {"https://example.com", {true, "example.com", 443, "/"}, "https://example.com/"},
        {"HTTPS://Example.COM/Path",
         {true, "example.com", 443, "/Path"},
         "https://example.com/Path"},
        {"https://example.com:443/a/b?c=d&e",
         {true, "example.com", 443, "/a/b?c=d&e"},
         "https://example.com/a/b?c=d&e"},
        {"https://example.com?x", {true, "example.com", 443, "/?x"}, "https://example.com/?x"},
        {"https://example.com/?", {true, "example.com", 443, "/?"}, "https://example.com/?"},
        {"https://a.example/%7Euser/%0d%0a?e=a%40b",
         {true, "a.example", 443, "/%7Euser/%0d%0a?e=a%40b"},
         "https://a.example/%7Euser/%0d%0a?e=a%40b"},
    };
    for (const auto& one : cases) {
        const auto url = parse_http_url(one.text, usual);
        ASSERT_TRUE(url) << one.text << ": " << url.error().detail;
        EXPECT_EQ(*url, one.url) << one.text;
        EXPECT_EQ(url->text(), one.written);
    }
}

TEST(HttpUrl, ThatIsNoneIsRefused) {
    for (const char* text : {"",
                             "example.com",
                             "//example.com/",
                             "/path",

                             "ftp://example.com/",
                             "file:///etc/passwd",
                             "javascript:alert(1)",
                             "gopher://a.example/",
                             "https://exa mple.com/",
                             "https://example.com/a b",
                             "https://example.com/\r\nX: y",
                             "https://example.com/\xc3\xa4",
                             "https://example.com:443,x/",
                             "https://example.com/#fragment",
                             "https://example.com#",
                             "https://user@example.com/",
                             "https://user:pass@example.com/",
                             "https://@example.com/",

                             "https://example.com\\@attacker.example/",
                             "https://[::1",
                             " https://example.com/"}) {
        const auto url = parse_http_url(text, usual);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().kind, ProblemKind::bad_request) << text;
        EXPECT_THAT(url.error().detail, Not(HasSubstr("\r"))) << text;
    }
    EXPECT_FALSE(parse_http_url("https://example.com/" + std::string(4096, 'a'), usual));
}

TEST(HttpUrl, HostThatIsNoHostNameIsNotAllowed) {
    for (const char* text :
         {"https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.1/",
          "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://localhost/", "https:///path",
          "https:/example.com", "https:example.com", "https://example.com./",
          "https://exa%6dple.com/", "https://example.%63om/", "https://a..example/",
          "https://-a.example/"}) {
        const auto url = parse_http_url(text, usual);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().kind, ProblemKind::host_not_allowed) << text;
    }
}

TEST(HttpUrl, OtherPortsNeedTheOperatorsWord) {
    for (const char* text :
         {"https://example.com:22/", "https://example.com:80/", "https://example.com:8443/",
          "https://example.com:0/", "https://example.com:x/", "https://example.com:/"}) {
        const auto url = parse_http_url(text, usual);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().kind, ProblemKind::host_not_allowed) << text;
    }
    EXPECT_FALSE(parse_http_url("http://example.com:443/", {.plain_http = true}));
    const auto url = parse_http_url("https://example.com:8443/", {.any_port = true});
    ASSERT_TRUE(url);
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->text(), "https://example.com:8443/");
    EXPECT_FALSE(parse_http_url("https://example.com:0/", {.any_port = true}));
    EXPECT_FALSE(parse_http_url("https://example.com:65536/", {.any_port = true}));
}

TEST(HttpUrl, HttpNeedsToBeWanted) {
    EXPECT_FALSE(parse_http_url("http://example.com/", usual));
    const auto url = parse_http_url("http://example.com/", {.plain_http = true});
    ASSERT_TRUE(url);
    EXPECT_EQ(*url, (HttpUrl{false, "example.com", 80, "/"}));
}

const HttpUrl from = *parse_http_url("https://example.com/mail/config.xml?x=y", usual);

TEST(Redirect, LeadsWhereTheLocationSays) {
    const std::pair<const char*, const char*> cases[] = {
        {"https://other.example/a?b", "https://other.example/a?b"},
        {"/root", "https://example.com/root"},
        {"sibling.xml", "https://example.com/mail/sibling.xml"},
        {"../up", "https://example.com/up"},
        {"?only=query", "https://example.com/mail/config.xml?only=query"},
        {"//other.example/a", "https://other.example/a"},
        {"https://other.example:443/", "https://other.example/"},
    };
    for (const auto& [location, text] : cases) {
        const auto to = parse_redirect(from, location, false);
        ASSERT_TRUE(to) << location << ": " << to.error().detail;
        EXPECT_EQ(to->text(), text) << location;
    }
}

TEST(Redirect, ToHttpIsFollowedOnlyWhereThatIsWanted) {
    EXPECT_EQ(parse_redirect(from, "http://example.com/", false).error().kind,
              ProblemKind::protocol_violation);
    const auto to = parse_redirect(from, "http://example.com/", true);
    ASSERT_TRUE(to);
    EXPECT_FALSE(to->https);
}

TEST(Redirect, ToWhatIsNoGoodUrlIsRefused) {
    for (const char* location :
         {"ftp://example.com/", "javascript:alert(1)", "https://user@other.example/",
          "https://other.example/#x", "a b", "https://[", "\r\nX: y"}) {
        const auto to = parse_redirect(from, location, false);
        ASSERT_FALSE(to) << location;
        EXPECT_EQ(to.error().kind, ProblemKind::protocol_violation) << location;
    }
    EXPECT_FALSE(parse_redirect(from, "/" + std::string(5000, 'a'), false));
}

TEST(Redirect, ToAnAddressOrAnotherPortIsNotAllowed) {
    for (const char* location :
         {"https://127.0.0.1/", "https://[::1]/", "https://localhost/", "//2130706433/",
          "https://other.example:22/", "https://example.com:8443/", "https://example.com:80/"}) {
        const auto to = parse_redirect(from, location, false);
        ASSERT_FALSE(to) << location;
        EXPECT_EQ(to.error().kind, ProblemKind::host_not_allowed) << location;
    }
}

TEST(Redirect, StaysOnAPortThatTheOperatorNamed) {
    const HttpUrl operators = *parse_http_url("https://example.com:8443/a", {.any_port = true});
    EXPECT_EQ(parse_redirect(operators, "/b", false)->text(), "https://example.com:8443/b");
    EXPECT_FALSE(parse_redirect(operators, "https://other.example:8443/", false));
    EXPECT_FALSE(parse_redirect(operators, "https://example.com:9443/", false));
    EXPECT_TRUE(parse_redirect(operators, "https://example.com/", false));
}

TEST(Redirect, IsWhatTheStatusSays) {
    for (const int status : {301, 302, 303, 307, 308})
        EXPECT_TRUE(is_redirect(status)) << status;
    for (const int status : {200, 204, 300, 304, 305, 306, 309, 404}) {
        EXPECT_FALSE(is_redirect(status)) << status;
    }
}

}  // namespace
}  // namespace gatepost::net
