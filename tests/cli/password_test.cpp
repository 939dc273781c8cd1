#include "cli/password.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "cli/unix_socket.h"

namespace gatepost::cli {
namespace {

// A pipe that holds the text and then ends.
Descriptor holding(std::string_view text) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const Descriptor writer(ends[1]);
    EXPECT_EQ(::write(writer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    return Descriptor(ends[0]);
}

std::string password_of(std::string_view text) {
    const auto password = read_password(holding(text).get());
    EXPECT_TRUE(password.has_value());
    return password ? std::string(password->reveal()) : std::string();
}

TEST(PasswordFromStdin, IsTheFirstLineWithoutItsEnd) {
    EXPECT_EQ(password_of("marked\n"), "marked");
    EXPECT_EQ(password_of("marked"), "marked");
    EXPECT_EQ(password_of("marked\r\n"), "marked");
    EXPECT_EQ(password_of("marked\nnot this\n"), "marked");
    EXPECT_EQ(password_of("  blanks stay  \n"), "  blanks stay  ");
    EXPECT_EQ(password_of(std::string(4096, 'x') + "\r\n"), std::string(4096, 'x'));
}

TEST(PasswordFromStdin, LeavesWhatStandsBehindIt) {
    const Descriptor pipe = holding("marked\nnext");
    ASSERT_TRUE(read_password(pipe.get()));
    char rest[8];
    EXPECT_EQ(::read(pipe.get(), rest, sizeof rest), 4);
}

TEST(PasswordFromStdin, ThatIsEmptyIsRefused) {
    EXPECT_FALSE(read_password(holding("").get()));
    EXPECT_FALSE(read_password(holding("\n").get()));
    EXPECT_FALSE(read_password(holding("\r\n").get()));
}

TEST(PasswordFromStdin, ThatIsTooLongIsRefusedAndNotQuoted) {
    const auto password = read_password(holding(std::string(5000, 'x')).get());
    ASSERT_FALSE(password);
    EXPECT_EQ(password.error().kind, ProblemKind::bad_request);
    EXPECT_EQ(password.error().detail.find('x'), std::string::npos);
}

}  // namespace
}  // namespace gatepost::cli
