#include "imap/capabilities.h"

#include <gtest/gtest.h>

namespace gatepost::imap {
namespace {

TEST(Capabilities, AreHadByTheirWholeName) {
    const Capabilities capabilities{"IMAP4REV1", "AUTH=PLAIN"};
    EXPECT_TRUE(has(capabilities, "AUTH=PLAIN"));
    EXPECT_FALSE(has(capabilities, "AUTH="));
    EXPECT_FALSE(has(capabilities, "IMAP4"));
    EXPECT_FALSE(has({}, ""));
}

TEST(Capabilities, AreSharedByTheSessionsThatHaveTheSame) {
    const auto one = shared({"A", "B"});
    const auto other = shared({"B", "A"});
    EXPECT_EQ(shared({"A", "B"}), one);
    EXPECT_NE(other, one);
    EXPECT_EQ(*other, (Capabilities{"B", "A"}));
}

TEST(Capabilities, AreKeptOnlyAsLongAsASessionHasThem) {
    std::weak_ptr<const Capabilities> list = shared({"SHORT-LIVED"});
    EXPECT_TRUE(list.expired());
}

TEST(Capabilities, OfMoreServersThanAreRememberedAreRightAllTheSame) {
    std::vector<std::shared_ptr<const Capabilities>> lists;
    for (int i = 0; i < 100; ++i)
        lists.push_back(shared({"X" + std::to_string(i)}));
    for (int i = 0; i < 100; ++i) {
        const Capabilities expected{"X" + std::to_string(i)};
        EXPECT_EQ(*lists[static_cast<std::size_t>(i)], expected);
        EXPECT_EQ(*shared(expected), expected);
    }
}

}  // namespace
}  // namespace gatepost::imap
