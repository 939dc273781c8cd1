#include "vault/key_arena.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <new>
#include <string>

namespace gatepost::vault {
namespace {

using testing::HasSubstr;

long locked_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmLck:")) return std::stol(line.substr(6));
    }
    return -1;
}

/// The kernel's flags for the mapping that holds the address.
std::string flags_of(const void* address) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream maps("/proc/self/smaps");
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        std::size_t dash = 0;
        if (const std::size_t space = line.find(' ');
            (dash = line.find('-')) != line.npos && dash < space) {
            const auto begin = std::stoull(line, nullptr, 16);
            const auto end = std::stoull(line.substr(dash + 1), nullptr, 16);
            inside = begin <= at && at < end;
        }
        if (inside && line.starts_with("VmFlags:")) return line + " ";
    }
    return {};
}

bool is_zero(const Key& key) {
    return std::all_of(key.bytes(), key.bytes() + Key::size, [](auto byte) { return byte == 0; });
}

TEST(KeyArena, IsLockedAndNeitherDumpedNorInherited) {
    const long before = locked_kib();
    const auto arena = std::move(*KeyArena::make());
    EXPECT_EQ(locked_kib() - before, 16);
    const Key key(*arena);
    EXPECT_THAT(flags_of(key.bytes()), HasSubstr(" lo "));
    EXPECT_THAT(flags_of(key.bytes()), HasSubstr(" dd "));
    EXPECT_THAT(flags_of(key.bytes()), HasSubstr(" wf "));
}

// In a child, whose limit it is, and which is nobody: root's memory is always locked.
TEST(KeyArena, ThatCannotBeLockedIsAProblem) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit none{0, 0};
        if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0) ::_exit(2);
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(3);
        const auto arena = KeyArena::make();
        const bool told = !arena && arena.error().kind == ProblemKind::configuration &&
                          arena.error().detail.find("LimitMEMLOCK") != std::string::npos;
        ::_exit(told ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
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
