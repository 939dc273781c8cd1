#include "vault/key_arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace gatepost::vault {
namespace {

bool is_zero(const Key& key) {
    return std::all_of(key.bytes(), key.bytes() + Key::size, [](auto byte) { return byte == 0; });
}

TEST(KeyArena, WipesKeysThatGo) {
    const auto arena = std::move(*KeyArena::make());
    std::optional<Key> key = Key::random(*arena);
    EXPECT_FALSE(is_zero(*key));
    const unsigned char* const slot = key->bytes();
    key.reset();
    const Key next(*arena);
    EXPECT_EQ(next.bytes(), slot);
    EXPECT_TRUE(is_zero(next));
}

TEST(KeyArena, GivesNoMemoryBeyondWhatIsLocked) {
    const auto arena = std::move(*KeyArena::make());
    std::vector<Key> keys;
    EXPECT_THROW(
        for (;;) { keys.emplace_back(*arena); }, std::bad_alloc);
    EXPECT_EQ(keys.size(), 512);
    keys.pop_back();
    EXPECT_NO_THROW(keys.emplace_back(*arena));
}

TEST(Keys, AreMovedWithTheirBytes) {
    const auto arena = std::move(*KeyArena::make());
    Key key = Key::random(*arena);
    const std::string bytes(reinterpret_cast<const char*>(key.bytes()), Key::size);
    const Key moved = std::move(key);
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(moved.bytes()), Key::size), bytes);
}

}  // namespace
}  // namespace gatepost::vault
