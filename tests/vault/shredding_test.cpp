// What is left of a secret, and of the keys to it, once it was removed or replaced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

using testing::HasSubstr;
using testing::Not;

class Shredding : public testing::Test {
  protected:
    Shredding() { EXPECT_TRUE(create(*vault, "a")); }

    /// The account's wrapped data key, as it is in the file or its log.
    [[nodiscard]] std::string wrapped_data_key() const {
        return directory.read("SELECT wrapped FROM data_keys");
    }

    /// The vault does it by itself, at its own time; ctest's limit is the deadline.
    void wait_until_gone(const std::string& bytes) const {
        while (directory.all_bytes().find(bytes) != std::string::npos) {
            std::this_thread::yield();
        }
    }

    VaultDirectory directory;
    std::unique_ptr<Vault> vault = directory.open();
};

TEST_F(Shredding, LeavesNoPasswordInTheClearAtAnyTime) {
    EXPECT_THAT(directory.all_bytes(), Not(HasSubstr(password_of("a"))));
    EXPECT_THAT(directory.all_bytes(), HasSubstr("a@example.com")) << "or nothing was searched";
}

TEST_F(Shredding, OfARemovedAccountReachesTheLogWhileTheVaultIsOpen) {
    const std::string key = wrapped_data_key();
    ASSERT_THAT(directory.all_bytes(), HasSubstr(key));
    ASSERT_TRUE(remove(*vault, "a"));
    wait_until_gone(key);
    EXPECT_TRUE(create(*vault, "b"));
}

TEST_F(Shredding, OfAReplacedCredentialReachesTheLogToo) {
    const std::string key = wrapped_data_key();
    AccountRecord record = account("a");
    record.version = 1;
    ASSERT_TRUE(put(*vault, record, PutMode::replace, "new"));
    wait_until_gone(key);
    EXPECT_EQ(*open_password(*vault, "a", 2), "new");
}

TEST_F(Shredding, OfAnOldWrappingKeyReachesTheLogWhileTheVaultIsOpen) {
    const std::string wrapping_key = directory.read("SELECT wrapped FROM wrapping_keys");
    const std::string data_key = wrapped_data_key();
    ASSERT_TRUE(rotate(*vault));
    wait_until_gone(wrapping_key);
    wait_until_gone(data_key);
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
}

TEST_F(Shredding, IsDoneOnceTheVaultIsClosed) {
    const std::string key = wrapped_data_key();
    ASSERT_TRUE(remove(*vault, "a"));
    vault.reset();
    EXPECT_THAT(directory.all_bytes(), Not(HasSubstr(key)));
    EXPECT_THAT(directory.all_bytes(), Not(HasSubstr("a@example.com")));
}

}  // namespace
}  // namespace gatepost::vault
