// Paths and methods: what is routed where.
#include "daemon/router.h"

#include <gtest/gtest.h>

#include "daemon/request_target.h"

namespace gatepost::daemon {
namespace {

using Routes = Router<int>;

const Routes& routes() {
    static const Routes routes{{"GET", "/v1/accounts", 1},
                               {"POST", "/v1/accounts", 2},
                               {"GET", "/v1/accounts/{account}", 3},
                               {"POST", "/v1/accounts/{account}/pause", 4}};
    return routes;
}

Routes::Match route(std::string_view method, std::string_view target) {
    return routes().route(method, parse_target(target)->segments);
}

TEST(Router, FindsTheHandlerOfMethodAndPath) {
    EXPECT_EQ(route("GET", "/v1/accounts").handler, 1);
    EXPECT_EQ(route("POST", "/v1/accounts?x=1").handler, 2);
}

TEST(Router, GivesWhatStandsAtTheBraces) {
    const auto match = route("POST", "/v1/accounts/a%40b.example/pause");
    EXPECT_EQ(match.handler, 4);
    EXPECT_EQ(match.parameters, std::vector<std::string>{"a@b.example"});
    EXPECT_EQ(route("GET", "/v1/accounts/a%2Fb").parameters, std::vector<std::string>{"a/b"});
}

TEST(Router, NamesTheMethodsThatThePathIsFor) {
    const auto match = route("DELETE", "/v1/accounts");
    EXPECT_FALSE(match.handler);
    EXPECT_EQ(match.allowed, "GET, HEAD, POST");
}

TEST(Router, KnowsNoOtherPaths) {
    for (const char* target : {"/", "/v1", "/v1/accounts/", "/v1/accounts//pause", "//v1/accounts",
                               "/v1/accounts/a/b", "/V1/accounts", "/v1/accounts/../accounts"}) {
        const auto match = route("GET", target);
        EXPECT_FALSE(match.handler) << target;
        EXPECT_EQ(match.allowed, "") << target;
    }
}

TEST(Target, IsTakenApartAndDecoded) {
    const auto target = parse_target("/v1/a%2fb/?email=a+b%40c.example&flag&x=%C3%BC=1&");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/v1/a%2fb/");
    EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "a/b", ""}));
    using Query = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(target->query, (Query{{"email", "a+b@c.example"}, {"flag", ""}, {"x", "ü=1"}}));
}

TEST(Target, ThatIsMalformedIsRefused) {
    for (const char* target : {"", "v1", "*", "http://x/", "/%", "/%4", "/%zz", "/%+5", "/%00",
                               "/%ff", "/?a=%c3", "/?%00=a"}) {
        EXPECT_FALSE(parse_target(target)) << target;
    }
}

}  // namespace
}  // namespace gatepost::daemon
