#include "cli/print_status.h"

#include <gmock/gmock.h>

#include <sstream>

#include <boost/json/parse.hpp>

namespace gatepost::cli {
namespace {

namespace json = boost::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

json::object status() {
    return json::parse(R"({
        "version": "0.1.0", "at": "2026-01-01T12:00:00.000Z",
        "started_at": "2026-01-01T10:00:00.000Z",
        "accounts": {"connecting": 0, "live": 4, "retrying": 1, "refused": 0, "paused": 0},
        "sessions": {"idle": 4, "leased": 0, "connecting": 2},
        "providers": [{"provider": "example.com",
                       "accounts": {"live": 4, "retrying": 1}, "sessions": {"idle": 4}}],
        "other_providers": null,
        "oldest_problem": {"account": "acc_1", "email": "a@x.example", "state": "retrying",
                           "since": "2026-01-01T11:48:00.000Z",
                           "problem": {"title": "t", "detail": "It \u001b[2Jrefused."}},
        "sign_ins": {"ok": 7200, "refused": 1, "failed": 2}, "leases": 9})")
        .get_object();
}

std::string printed(const json::object& now, const json::object& before = {}) {
    std::ostringstream out;
    print_status(out, now, before);
    return out.str();
}

TEST(PrintStatus, IsAGlance) {
    const std::string text = printed(status());
    EXPECT_THAT(text, ContainsRegex("gatepostd +0.1.0, up for 2 h\n"));
    EXPECT_THAT(text, ContainsRegex("accounts +5: 4 live, 1 retrying\n"));
    EXPECT_THAT(text, ContainsRegex("sessions +4 idle, 2 connecting\n"));
    EXPECT_THAT(text, ContainsRegex("oldest problem +a@x.example \\(acc_1\\), retrying for 12 min: "
                                    "It \uFFFD.2Jrefused"));
    EXPECT_THAT(text, ContainsRegex("example.com +4 +0 +1 +0 +0 +4 +0 +0\n"));
}

TEST(PrintStatus, OfOneLookHasTheAverageAndSaysSo) {
    EXPECT_THAT(printed(status()), HasSubstr("1.0/s on average since the start; 7200 since the "
                                             "start, 1 refused, 2 failed"));
}

TEST(PrintStatus, OfTwoLooksHasWhatCameBetween) {
    json::object before = status();
    before["at"] = "2026-01-01T11:59:58.000Z";
    before["sign_ins"].get_object()["ok"] = 7175;
    EXPECT_THAT(printed(status(), before), HasSubstr("12.5/s in the last 2.0 s;"));
}

TEST(PrintStatus, OfAnotherRunIsNotComparedWithTheOneBefore) {
    json::object before = status();
    before["at"] = "2026-01-01T11:59:58.000Z";
    before["started_at"] = "2026-01-01T09:00:00.000Z";
    EXPECT_THAT(printed(status(), before), HasSubstr("on average since the start"));
}

TEST(PrintStatus, AddsUpProvidersThatHaveNoRow) {
    json::object many = status();
    json::array& providers = many["providers"].get_array();
    while (providers.size() < 12)
        providers.push_back({{"provider", "small.example"}, {"accounts", {{"live", 3}}}});
    many["other_providers"] = {{"providers", 30}, {"accounts", {{"live", 100}}}};
    const std::string text = printed(many);
    EXPECT_THAT(text, ContainsRegex("32 others +106 +0"));
}

TEST(PrintStatus, OfNothingIsShort) {
    const std::string text = printed({});
    EXPECT_THAT(text, ContainsRegex("accounts +0: none\n"));
    EXPECT_THAT(text, ContainsRegex("oldest problem +none\n"));
    EXPECT_THAT(text, Not(HasSubstr("PROVIDER")));
}

}  // namespace
}  // namespace gatepost::cli
