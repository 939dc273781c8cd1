#include "cli/time_text.h"

#include <gtest/gtest.h>

namespace gatepost::cli {
namespace {

using namespace std::chrono_literals;

TEST(Moment, IsReadAsTheApiWritesIt) {
    const auto moment = moment_of("2027-01-15T08:00:00.250Z");
    ASSERT_TRUE(moment);
    EXPECT_EQ(moment->time_since_epoch(), 1'800'000'000'250ms);
}

TEST(Moment, IsNothingElse) {
    for (const char* text : {"", "null", "2027-01-15", "2027-13-15T08:00:00.250Z",
                             "2027-01-15T08:00:00.250Zx", "2027-01-15T08:00:00Z"}) {
        EXPECT_FALSE(moment_of(text)) << text;
    }
}

TEST(Length, IsInTheUnitsThatMatter) {
    EXPECT_EQ(length_text(950ms), "0.9 s");
    EXPECT_EQ(length_text(12s), "12 s");
    EXPECT_EQ(length_text(5min + 59s), "5 min");
    EXPECT_EQ(length_text(3h), "3 h");
    EXPECT_EQ(length_text(3h + 5min), "3 h 5 min");
    EXPECT_EQ(length_text(24h), "1 day");
    EXPECT_EQ(length_text(300h), "12 days");
    EXPECT_EQ(length_text(-1s), "0.0 s");
}

}  // namespace
}  // namespace gatepost::cli
