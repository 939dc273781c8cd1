#include "imap/backoff.h"

#include <gtest/gtest.h>

namespace gatepost::imap {
namespace {

using namespace std::chrono_literals;

constexpr BackoffLimits limits{1s, 15min};

double almost_one() {
    return 0.999999;
}

TEST(Backoff, WaitsUpToTwiceAsLongAfterEachFailure) {
    Backoff backoff(limits);
    for (const auto bound : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 512s}) {
        const auto wait = backoff.fail(almost_one);
        EXPECT_LE(wait, bound);
        EXPECT_GT(wait, bound - 10ms);
    }
}

TEST(Backoff, NeverWaitsLongerThanItsBoundHoweverOftenItFails) {
    Backoff backoff(limits);
    for (int i = 0; i < 10'000; ++i)
        EXPECT_LE(backoff.fail(almost_one), 15min);
    EXPECT_GT(backoff.fail(almost_one), 14min);
}

TEST(Backoff, JitterIsFullFromNothingOn) {
    Backoff backoff(limits);
    EXPECT_EQ(backoff.fail([] { return 0.0; }), 0ms);
    EXPECT_EQ(backoff.fail([] { return 0.5; }), 1s);
}

TEST(Backoff, BeginsAnewAfterAReset) {
    Backoff backoff(limits);
    for (int i = 0; i < 5; ++i)
        backoff.fail(almost_one);
    backoff.reset();
    EXPECT_EQ(backoff.failures(), 0);
    EXPECT_LE(backoff.fail(almost_one), 1s);
}

}  // namespace
}  // namespace gatepost::imap
