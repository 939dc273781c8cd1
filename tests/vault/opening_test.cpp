// What is checked before a vault is used, and what each fault is told as.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
}

class Opening : public testing::Test {
  protected:
    /// A closed vault with an account.
    void make_vault() const { ASSERT_TRUE(create(*directory.open(), "a")); }

    void expect_problem(ProblemKind kind, const std::string& words) const {
        const auto vault = Vault::open(directory.options());
        ASSERT_FALSE(vault);
        EXPECT_EQ(vault.error().kind, kind);
        EXPECT_THAT(vault.error().detail, HasSubstr(words));
    }

    /// Another root key in the place of the right one.
    void replace_key() const {
        fs::remove(directory.key_file());
        ASSERT_TRUE(make_root_key(directory.key_file()));
    }

    VaultDirectory directory;
};

TEST_F(Opening, MakesAVaultWhereThereIsNone) {
    const auto vault = directory.open();
    EXPECT_TRUE(vault->writable());
    EXPECT_FALSE(vault->damage());
    EXPECT_THAT(vault->load_accounts()->accounts, SizeIs(0));
}

TEST_F(Opening, MakesEverythingForItsOwnerOnly) {
    const mode_t before = ::umask(0);
    const auto vault = directory.open();
    ASSERT_TRUE(create(*vault, "a"));
    ::umask(before);
    EXPECT_EQ(mode_of(directory.file().parent_path()), 0700);
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(directory.file().parent_path())) {
        EXPECT_EQ(mode_of(entry.path()), 0600) << entry.path();
        ++files;
    }
    EXPECT_EQ(files, 4);  // the database, its log, the log's index, the lock
}

TEST_F(Opening, IsLeftWithTheDatabaseAndItsLockOnly) {
    make_vault();
    EXPECT_FALSE(fs::exists(directory.file().string() + "-wal"));
    EXPECT_FALSE(fs::exists(directory.file().string() + "-shm"));
}

TEST_F(Opening, RefusesWhatIsOpenToOthers) {
    make_vault();
    for (const mode_t mode : {0755U, 0710U, 0702U}) {
        ASSERT_EQ(::chmod(directory.file().parent_path().c_str(), mode), 0);
        expect_problem(ProblemKind::configuration, "chmod 0700");
    }
    ASSERT_EQ(::chmod(directory.file().parent_path().c_str(), 0700), 0);
    ASSERT_EQ(::chmod(directory.file().c_str(), 0640), 0);
    expect_problem(ProblemKind::configuration, "chmod 0600");
}

TEST_F(Opening, RefusesWhatIsSomebodyElses) {
    make_vault();
    ASSERT_EQ(::chown(directory.file().c_str(), 65534, 65534), 0);
    expect_problem(ProblemKind::configuration, "chown");
}

TEST_F(Opening, RefusesASymbolicLinkForTheFile) {
    make_vault();
    const fs::path moved = directory.path() / "moved.db";
    fs::rename(directory.file(), moved);
    fs::create_symlink(moved, directory.file());
    expect_problem(ProblemKind::configuration, "vault.db");
}

// As StateDirectory= with DynamicUser= makes it.
TEST_F(Opening, FollowsASymbolicLinkToTheDirectory) {
    fs::create_directory(directory.path() / "private");
    fs::permissions(directory.path() / "private", fs::perms::owner_all);
    fs::create_symlink("private", directory.path() / "state");
    make_vault();
    EXPECT_TRUE(fs::exists(directory.path() / "private" / "vault.db"));
}

TEST_F(Opening, SaysWhereNoDirectoryCanBe) {
    VaultOptions options = directory.options();
    options.file = directory.path() / "no" / "such" / "vault.db";
    const auto vault = Vault::open(options);
    EXPECT_EQ(kind_of(vault), ProblemKind::configuration);
    EXPECT_THAT(vault.error().detail, HasSubstr("no/such"));
}

TEST_F(Opening, IsForOneAtATime) {
    auto first = directory.open();
    expect_problem(ProblemKind::configuration, "another gatepostd");
    EXPECT_TRUE(create(*first, "a"));
    first.reset();
    EXPECT_THAT(directory.open()->load_accounts()->accounts, SizeIs(1));
}

TEST_F(Opening, NeedsTheRootKeyBeforeItMakesAnything) {
    fs::remove(directory.key_file());
    expect_problem(ProblemKind::root_key, "root.key");
    EXPECT_FALSE(fs::exists(directory.file().parent_path()));
}

TEST_F(Opening, WithAnotherRootKeyChangesNothing) {
    make_vault();
    const std::string before = bytes_in(directory.file());
    replace_key();
    expect_problem(ProblemKind::root_key, "not the one");
    EXPECT_TRUE(bytes_in(directory.file()) == before);
}

TEST_F(Opening, WithTheRootKeyPutBackGoesOn) {
    make_vault();
    const std::string text = bytes_in(directory.key_file());
    replace_key();
    expect_problem(ProblemKind::root_key, "not the one");
    fs::remove(directory.key_file());
    std::ofstream(directory.key_file()) << text;
    ASSERT_EQ(::chmod(directory.key_file().c_str(), 0400), 0);
    EXPECT_EQ(*open_password(*directory.open(), "a", 1), password_of("a"));
}

TEST_F(Opening, RefusesANewerSchemaAndChangesNothing) {
    make_vault();
    directory.alter("PRAGMA user_version = 1000");
    const std::string before = bytes_in(directory.file());
    expect_problem(ProblemKind::configuration, "newer Gatepost");
    EXPECT_TRUE(bytes_in(directory.file()) == before);
}

TEST_F(Opening, RefusesADatabaseThatIsNoVault) {
    make_vault();
    directory.alter("PRAGMA application_id = 7");
    expect_problem(ProblemKind::configuration, "not a vault");
    fs::remove(directory.file());
    directory.alter("CREATE TABLE other (x)");
    fs::permissions(directory.file(), fs::perms::owner_read | fs::perms::owner_write);
    expect_problem(ProblemKind::configuration, "not a vault");
}

TEST_F(Opening, RefusesAFileThatIsNoDatabase) {
    make_vault();
    std::ofstream(directory.file()) << std::string(10'000, 'x');
    expect_problem(ProblemKind::vault_damaged, "damaged");
}

// SQLite would delete the log, and with it the accounts in it.
TEST_F(Opening, RefusesALogWhoseDatabaseIsGone) {
    make_vault();
    fs::remove(directory.file());
    std::ofstream(directory.file().string() + "-wal") << "accounts";
    expect_problem(ProblemKind::configuration, "put both back");
    EXPECT_TRUE(fs::exists(directory.file().string() + "-wal"));
}

TEST_F(Opening, GoesOnFromAnEmptyFile) {
    fs::create_directory(directory.file().parent_path());
    fs::permissions(directory.file().parent_path(), fs::perms::owner_all);
    std::ofstream(directory.file()).flush();
    fs::permissions(directory.file(), fs::perms::owner_read | fs::perms::owner_write);
    make_vault();
}

TEST_F(Opening, RefusesKeysThatAreDamaged) {
    for (const char* damage : {"UPDATE wrapping_keys SET wrapped = randomblob(73)",
                               "UPDATE vault SET tag_key = randomblob(73)",
                               "UPDATE wrapping_keys SET active = 0", "DELETE FROM vault"}) {
        const VaultDirectory other;
        ASSERT_TRUE(create(*other.open(), "a"));
        other.alter(damage);
        EXPECT_EQ(kind_of(Vault::open(other.options())), ProblemKind::vault_damaged) << damage;
    }
}

}  // namespace
}  // namespace gatepost::vault
