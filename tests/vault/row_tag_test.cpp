#include "vault/row_tag.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace gatepost::vault {
namespace {

class RowTags : public testing::Test {
  protected:
    [[nodiscard]] RowTag::Value tag(const std::function<void(RowTag&)>& columns) const {
        RowTag row;
        columns(row);
        return row.value(key);
    }

    std::unique_ptr<KeyArena> arena = std::move(*KeyArena::make());
    Key key = Key::random(*arena);
};

// Text and bytes that would be the same if they were only put together.
TEST_F(RowTags, TellEveryTwoRowsApart) {
    using namespace std::string_view_literals;
    const std::vector<std::function<void(RowTag&)>> rows{
        [](RowTag&) {},
        [](RowTag& row) { row.add_null(); },
        [](RowTag& row) { row.add(""sv); },
        [](RowTag& row) { row.add(bytes_of("")); },
        [](RowTag& row) { row.add(std::int64_t{0}); },
        [](RowTag& row) { row.add(std::int64_t{-1}); },
        [](RowTag& row) { row.add("ab"sv), row.add("c"sv); },
        [](RowTag& row) { row.add("a"sv), row.add("bc"sv); },
        [](RowTag& row) { row.add("abc"sv); },
        [](RowTag& row) { row.add(bytes_of("abc")); },
        [](RowTag& row) { row.add("abc"sv), row.add_null(); },
        [](RowTag& row) { row.add_null(), row.add("abc"sv); },
    };
    std::set<RowTag::Value> tags;
    for (const auto& row : rows) {
        tags.insert(tag(row));
    }
    EXPECT_EQ(tags.size(), rows.size());
}

TEST_F(RowTags, MatchTheirRowUnderTheirKeyOnly) {
    RowTag row;
    row.add(std::string_view("abc"));
    row.add(std::optional<std::int64_t>());
    const RowTag::Value value = row.value(key);
    EXPECT_TRUE(row.matches(key, value));
    EXPECT_FALSE(row.matches(Key::random(*arena), value));
    EXPECT_FALSE(row.matches(key, BytesView(value).first(15)));
    EXPECT_FALSE(row.matches(key, {}));
    row.add_null();
    EXPECT_FALSE(row.matches(key, value));
}

}  // namespace
}  // namespace gatepost::vault
