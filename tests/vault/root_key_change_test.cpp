// Another root key in the place of the one that a vault was made with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// A vault with an account, two wrapping keys ago; its root key, and another one.
class ChangingTheRootKey : public testing::Test {
  protected:
    ChangingTheRootKey() {
        const auto vault = directory.open();
        EXPECT_TRUE(create(*vault, "a"));
        EXPECT_TRUE(rotate(*vault));
        EXPECT_TRUE(make_root_key(new_key));
    }

    [[nodiscard]] VaultOptions with_both() const {
        return {directory.file(), source(new_key), source(directory.key_file())};
    }
    [[nodiscard]] VaultOptions with(const fs::path& key) const {
        return {directory.file(), source(key)};
    }
    static std::string source(const fs::path& key) { return "file:" + key.string(); }

    static void expect_readable(Vault& vault) {
        EXPECT_EQ(vault.load_accounts()->accounts.size(), 1);
        EXPECT_EQ(*open_password(vault, "a", 1), password_of("a"));
    }

    VaultDirectory directory;
    const fs::path new_key = directory.path() / "new.key";
};

TEST_F(ChangingTheRootKey, IsDoneAsTheVaultIsOpened) {
    {
        const auto vault = Vault::open(with_both());
        ASSERT_TRUE(vault) << vault.error().detail;
        EXPECT_TRUE((*vault)->root_key_changed());
        expect_readable(**vault);
        EXPECT_TRUE(rotate(**vault)) << "the new one wraps new wrapping keys";
    }
    EXPECT_EQ(kind_of(Vault::open(with(directory.key_file()))), ProblemKind::root_key);
    const auto vault = Vault::open(with(new_key));
    ASSERT_TRUE(vault) << vault.error().detail;
    EXPECT_FALSE((*vault)->root_key_changed());
    expect_readable(**vault);
}

TEST_F(ChangingTheRootKey, NeedsThePreviousOne) {
    EXPECT_EQ(kind_of(Vault::open(with(new_key))), ProblemKind::root_key);
    const auto vault = Vault::open(with(directory.key_file()));
    ASSERT_TRUE(vault);
    expect_readable(**vault);
}

TEST_F(ChangingTheRootKey, IsRefusedWhereNeitherOpensTheVault) {
    VaultOptions options = with_both();
    const fs::path third = directory.path() / "third.key";
    ASSERT_TRUE(make_root_key(third));
    options.previous_root_key = source(third);
    const auto vault = Vault::open(options);
    EXPECT_EQ(kind_of(vault), ProblemKind::root_key);
    EXPECT_THAT(vault.error().detail, HasSubstr("Neither"));
    expect_readable(*directory.open());
}

TEST_F(ChangingTheRootKey, IsRefusedWhereThePreviousOneIsReadableByOthers) {
    fs::permissions(directory.key_file(), fs::perms::owner_read | fs::perms::others_read);
    EXPECT_EQ(kind_of(Vault::open(with_both())), ProblemKind::root_key);
}

TEST_F(ChangingTheRootKey, AsksForThePreviousOneOnlyOnce) {
    ASSERT_TRUE(Vault::open(with_both()));
    fs::remove(directory.key_file());
    const auto vault = Vault::open(with_both());
    ASSERT_TRUE(vault) << vault.error().detail;
    EXPECT_FALSE((*vault)->root_key_changed());
    expect_readable(**vault);
}

TEST_F(ChangingTheRootKey, LeavesNothingUnderTheOldOne) {
    const std::string wrapping_key = directory.read("SELECT wrapped FROM wrapping_keys");
    const std::string tag_key = directory.read("SELECT tag_key FROM vault");
    ASSERT_THAT(directory.all_bytes(), HasSubstr(wrapping_key));
    const auto vault = Vault::open(with_both());
    EXPECT_THAT(directory.all_bytes(), Not(HasSubstr(wrapping_key)));
    EXPECT_THAT(directory.all_bytes(), Not(HasSubstr(tag_key)));
}

// Nothing is written to a damaged file; what can be read is served with the key that opens it.
TEST_F(ChangingTheRootKey, WaitsForAFileThatIsNotDamaged) {
    directory.alter(
        "PRAGMA writable_schema = ON; "
        "UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'documents'");
    const auto vault = Vault::open(with_both());
    ASSERT_TRUE(vault) << vault.error().detail;
    EXPECT_TRUE((*vault)->damage());
    EXPECT_FALSE((*vault)->root_key_changed());
    expect_readable(**vault);
}

}  // namespace
}  // namespace gatepost::vault
