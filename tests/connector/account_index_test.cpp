#include "connector/account_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatepost::connector {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* app = "default";
const AccountStatus::Time some_time{std::chrono::seconds(1000)};

vault::AccountRecord record(std::string id, std::string email) {
    vault::AccountRecord record;
    record.id = std::move(id);
    record.email = std::move(email);
    return record;
}

std::vector<std::string> ids(const AccountIndex::Page& page) {
    std::vector<std::string> ids;
    for (const Entry* entry : page.entries)
        ids.push_back(entry->record.id);
    return ids;
}

class Accounts : public testing::Test {
  protected:
    Accounts() {
        for (const char* id : {"c", "a", "e", "b", "d"}) {
            index.insert(record(id, std::string(id) + "@example.com"), some_time);
        }
    }

    AccountIndex index;
};

TEST_F(Accounts, AreFoundById) {
    ASSERT_NE(index.find("b"), nullptr);
    EXPECT_EQ(index.find("b")->record.email, "b@example.com");
    EXPECT_EQ(index.find("x"), nullptr);
}

TEST_F(Accounts, AreFoundByAddressInEveryApplication) {
    vault::AccountRecord other = record("z", "b@example.com");
    other.application = "other";
    index.insert(other, some_time);
    const auto found = index.find_by_email("b@example.com");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0]->record.id, "b");
    EXPECT_EQ(found[1]->record.id, "z");
    EXPECT_THAT(index.find_by_email("a@example.co"), IsEmpty());
    EXPECT_THAT(index.find_by_email("x@example.com"), IsEmpty());
}

TEST_F(Accounts, AreGoneByIdAndByAddressOnceErased) {
    index.erase("b");
    EXPECT_EQ(index.find("b"), nullptr);
    EXPECT_THAT(index.find_by_email("b@example.com"), IsEmpty());
    EXPECT_TRUE(index.reserve("b", app, "b@example.com"));
}

TEST_F(Accounts, WithTheIdOfAnEarlierOneAreToldApart) {
    const std::uint64_t first = index.find("b")->incarnation;
    index.erase("b");
    EXPECT_NE(index.insert(record("b", "b@example.com"), some_time).incarnation, first);
}

TEST_F(Accounts, AreListedInTheOrderOfTheirIdsAndByPages) {
    ListFilter filter;
    filter.limit = 2;
    AccountIndex::Page page = index.page(filter);
    EXPECT_THAT(ids(page), ElementsAre("a", "b"));
    EXPECT_TRUE(page.more);

    filter.after = "b";
    EXPECT_THAT(ids(index.page(filter)), ElementsAre("c", "d"));

    filter.after = "d";
    page = index.page(filter);
    EXPECT_THAT(ids(page), ElementsAre("e"));
    EXPECT_FALSE(page.more);
}

TEST_F(Accounts, PageGoesOnWhereItsLastAccountWasThoughThatOneIsGone) {
    index.erase("b");
    ListFilter filter;
    filter.after = "b";
    EXPECT_THAT(ids(index.page(filter)), ElementsAre("c", "d", "e"));
}

TEST_F(Accounts, LastPageThatIsFullSaysThatThereIsNoMore) {
    ListFilter filter;
    filter.limit = 5;
    EXPECT_FALSE(index.page(filter).more);
}

TEST_F(Accounts, AreFilteredByAddressStateAndAllLabels) {
    index.find("a")->record.labels = {{"team", "blue"}, {"tier", "gold"}};
    index.find("b")->record.labels = {{"team", "blue"}};
    index.find("c")->status.pause(some_time);

    ListFilter by_email;
    by_email.email = "d@example.com";
    EXPECT_THAT(ids(index.page(by_email)), ElementsAre("d"));

    ListFilter by_state;
    by_state.state = AccountState::paused;
    EXPECT_THAT(ids(index.page(by_state)), ElementsAre("c"));

    ListFilter by_label;
    by_label.labels = {{"team", "blue"}};
    EXPECT_THAT(ids(index.page(by_label)), ElementsAre("a", "b"));
    by_label.labels = {{"team", "blue"}, {"tier", "gold"}};
    EXPECT_THAT(ids(index.page(by_label)), ElementsAre("a"));
    by_label.labels = {{"team", "red"}};
    EXPECT_THAT(ids(index.page(by_label)), IsEmpty());
}

TEST_F(Accounts, AreListedForTheirApplicationOnly) {
    vault::AccountRecord other = record("bb", "b@example.com");
    other.application = "other";
    index.insert(other, some_time);
    EXPECT_THAT(ids(index.page({})), ElementsAre("a", "b", "c", "d", "e"));
    ListFilter filter;
    filter.application = "other";
    EXPECT_THAT(ids(index.page(filter)), ElementsAre("bb"));
    filter.email = "b@example.com";
    EXPECT_THAT(ids(index.page(filter)), ElementsAre("bb"));
    filter.email = "a@example.com";
    EXPECT_THAT(ids(index.page(filter)), IsEmpty());
}

TEST_F(Accounts, MoreIsOnlyWhatPassesTheFilterToo) {
    ListFilter filter;
    filter.email = "a@example.com";
    filter.limit = 1;
    EXPECT_FALSE(index.page(filter).more);
}

TEST_F(Accounts, OfAnAddressIsNotOnThePageBehindItself) {
    ListFilter filter;
    filter.email = "b@example.com";
    filter.after = "a";
    EXPECT_THAT(ids(index.page(filter)), ElementsAre("b"));
    filter.after = "b";
    EXPECT_THAT(ids(index.page(filter)), IsEmpty());
}

TEST_F(Accounts, TakenIdIsRefusedByName) {
    const auto reserved = index.reserve("a", app, "new@example.com");
    ASSERT_FALSE(reserved);
    EXPECT_EQ(reserved.error().kind, ProblemKind::already_exists);
    EXPECT_EQ(reserved.error().fact("account"), "a");
}

TEST_F(Accounts, TakenAddressIsRefusedWithTheAccountThatHasIt) {
    const auto reserved = index.reserve("new", app, "a@example.com");
    ASSERT_FALSE(reserved);
    EXPECT_EQ(reserved.error().kind, ProblemKind::already_exists);
    EXPECT_EQ(reserved.error().fact("account"), "a");
}

TEST_F(Accounts, SameAddressOfAnotherApplicationIsFree) {
    EXPECT_TRUE(index.reserve("new", "other", "a@example.com"));
}

TEST_F(Accounts, BeingConnectedKeepIdAndAddressFromOthers) {
    const auto first = index.reserve("new", app, "new@example.com");
    ASSERT_TRUE(first);
    EXPECT_FALSE(index.reserve("new", app, "else@example.com"));
    const auto second = index.reserve("else", app, "new@example.com");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().fact("account"), "new");
    EXPECT_THAT(index.find_by_email("new@example.com"), IsEmpty());
}

TEST_F(Accounts, ThatCouldNotBeConnectedLeaveTheirPlaceFree) {
    { const auto first = index.reserve("new", app, "new@example.com"); }
    EXPECT_TRUE(index.reserve("new", app, "new@example.com"));
}

TEST_F(Accounts, RefusedReservationDoesNotFreeThePlaceOfTheOneThatHasIt) {
    const auto first = index.reserve("new", app, "new@example.com");
    { const auto second = index.reserve("else", app, "new@example.com"); }
    EXPECT_FALSE(index.reserve("else", app, "new@example.com"));
}

TEST_F(Accounts, ConnectedKeepTheirAddressWhenTheReservationGoes) {
    {
        const auto reserved = index.reserve("new", app, "new@example.com");
        ASSERT_TRUE(reserved);
        index.insert(record("new", "new@example.com"), some_time);
    }
    ASSERT_THAT(index.find_by_email("new@example.com"), SizeIs(1));
    EXPECT_FALSE(index.reserve("else", app, "new@example.com"));
}

TEST_F(Accounts, AddressTakenAnewIsNotFreedByAnOldReservation) {
    {
        const auto old = index.reserve("new", app, "new@example.com");
        index.insert(record("new", "new@example.com"), some_time);
        index.erase("new");
        index.insert(record("newer", "new@example.com"), some_time);
    }
    ASSERT_THAT(index.find_by_email("new@example.com"), SizeIs(1));
    EXPECT_EQ(index.find_by_email("new@example.com")[0]->record.id, "newer");
}

}  // namespace
}  // namespace gatepost::connector
