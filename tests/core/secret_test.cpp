#include "core/secret.h"

#include <ostream>
#include <type_traits>

#include <gtest/gtest.h>

namespace gatepost {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(!Printable<Secret>);

TEST(Secret, GivesBackWhatItTook) {
    const Secret secret = Secret::copy_of(std::string_view("p\0ss", 4));
    EXPECT_EQ(secret.reveal(), std::string_view("p\0ss", 4));
    EXPECT_EQ(secret.size(), 4U);
}

TEST(Secret, IsEmptyAfterItMoved) {
    Secret from = Secret::copy_of("hunter2");
    const Secret to = std::move(from);
    EXPECT_EQ(to.reveal(), "hunter2");
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the promise
    EXPECT_EQ(from.reveal(), "");
}

TEST(Secret, AClonesBytesAreItsOwn) {
    Secret first = Secret::copy_of("hunter2");
    const Secret second = first.clone();
    first = Secret();
    EXPECT_EQ(second.reveal(), "hunter2");
}

TEST(Wipe, OverwritesTheBytes) {
    char bytes[] = "hunter2";
    wipe(bytes, sizeof bytes);
    EXPECT_EQ(std::string_view(bytes, sizeof bytes), std::string_view("\0\0\0\0\0\0\0\0", 8));
}

}  // namespace
}  // namespace gatepost
