#include "connector/account_id.h"

#include <gtest/gtest.h>

#include <set>

namespace gatepost::connector {
namespace {

TEST(AccountId, IsAPrefixAndTwentyBase32Characters) {
    const std::string id = new_account_id();
    EXPECT_EQ(id.substr(0, 4), "acc_");
    EXPECT_EQ(id.size(), 24U);
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567", 4), std::string::npos);
}

TEST(AccountId, NeverComesTwice) {
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i)
        ids.insert(new_account_id());
    EXPECT_EQ(ids.size(), 1000U);
}

TEST(AccountId, OwnIdsAreIdsThatACallerMayGive) {
    EXPECT_TRUE(is_account_id(new_account_id()));
}

TEST(AccountId, OfACallerHasOnlyTheContractsCharactersAndLength) {
    EXPECT_TRUE(is_account_id("a"));
    EXPECT_TRUE(is_account_id("Customer-4711_b.x"));
    EXPECT_TRUE(is_account_id(std::string(64, 'x')));
    EXPECT_FALSE(is_account_id(""));
    EXPECT_FALSE(is_account_id(std::string(65, 'x')));
    EXPECT_FALSE(is_account_id("a b"));
    EXPECT_FALSE(is_account_id("a@b"));
    EXPECT_FALSE(is_account_id("a/b"));
    EXPECT_FALSE(is_account_id("\xc3\xa4"));
    EXPECT_FALSE(is_account_id(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace gatepost::connector
