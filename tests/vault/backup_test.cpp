// Backups: whole, as of one moment, with nothing in them that was destroyed, or not there at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <future>
#include <set>
#include <thread>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class BackingUp : public testing::Test {
  protected:
    BackingUp() { fs::create_directory(backups); }

    [[nodiscard]] std::set<std::string> files_in_backups() const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(backups))
            names.insert(entry.path().filename().string());
        return names;
    }

    VaultDirectory directory;
    std::unique_ptr<Vault> vault = directory.open();
    const fs::path backups = directory.path() / "backups";
    const fs::path file = backups / "vault-backup.db";
};

// What an operator does after the loss of a machine: a fresh one, the root key's copy, the backup.
TEST_F(BackingUp, GivesAVaultWithTheSameRootKeyInWhichEveryCredentialOpens) {
    constexpr int accounts = 50;
    for (int number = 0; number < accounts; ++number)
        ASSERT_TRUE(create(*vault, std::to_string(number)));
    ASSERT_TRUE(put_document(*vault, {"providers", "a table", 7}));
    const auto bytes = back_up(*vault, file);
    ASSERT_TRUE(bytes) << bytes.error().detail;
    EXPECT_EQ(*bytes, fs::file_size(file));

    for (int number = 0; number < accounts; ++number)
        ASSERT_TRUE(remove(*vault, std::to_string(number)));
    vault.reset();
    directory.restore(file);
    vault = directory.open();
    const auto loaded = vault->load_accounts();
    EXPECT_THAT(loaded->damaged, IsEmpty());
    ASSERT_EQ(loaded->accounts.size(), accounts);
    for (const AccountRecord& record : loaded->accounts) {
        EXPECT_EQ(record.settings, account(record.id).settings);
        EXPECT_EQ(*open_password(*vault, record.id, record.version), password_of(record.id));
    }
    EXPECT_EQ((**vault->load_document("providers")).text, "a table");
    EXPECT_TRUE(create(*vault, "new"));
}

// One caller, who waits for each answer: what is in the backup has no gap.
TEST_F(BackingUp, WhileOthersWriteHasEveryWriteThatWasAcknowledgedBefore) {
    std::atomic<int> acknowledged = 0;
    std::atomic<bool> enough = false;
    std::thread writing([&] {
        for (int number = 0; !enough; ++number) {
            ASSERT_TRUE(create(*vault, std::to_string(number)));
            acknowledged = number + 1;
        }
    });
    constexpr int backups_made = 5;
    std::vector<int> acknowledged_before;
    for (int round = 0; round < backups_made; ++round) {
        while (acknowledged < (round + 1) * 20)
            std::this_thread::yield();
        acknowledged_before.push_back(acknowledged);
        const auto made = back_up(*vault, backups / std::to_string(round));
        EXPECT_TRUE(made) << made.error().detail;
    }
    enough = true;
    writing.join();
    vault.reset();
    for (int round = 0; round < backups_made; ++round) {
        directory.restore(backups / std::to_string(round));
        const auto loaded = directory.open()->load_accounts();
        EXPECT_THAT(loaded->damaged, IsEmpty());
        const auto found = static_cast<int>(loaded->accounts.size());
        EXPECT_GE(found, acknowledged_before[static_cast<std::size_t>(round)]);
        std::set<int> numbers;
        for (const AccountRecord& record : loaded->accounts)
            numbers.insert(std::stoi(record.id));
        EXPECT_EQ(*numbers.rbegin(), found - 1) << "there is a gap";
    }
}

TEST_F(BackingUp, KeepsNothingThatWasRemovedBefore) {
    ASSERT_TRUE(create(*vault, "removed"));
    const std::string key = directory.read("SELECT wrapped FROM data_keys");
    for (const char* id : {"a", "b", "c"})
        ASSERT_TRUE(create(*vault, id));
    ASSERT_TRUE(back_up(*vault, backups / "before"));
    EXPECT_THAT(bytes_in(backups / "before"), HasSubstr(key));
    ASSERT_TRUE(remove(*vault, "removed"));
    ASSERT_TRUE(back_up(*vault, file));
    EXPECT_THAT(bytes_in(file), Not(HasSubstr(key)));
    EXPECT_THAT(bytes_in(file), Not(HasSubstr("removed@example.com")));
    EXPECT_THAT(bytes_in(file), HasSubstr("a@example.com"));
    EXPECT_THAT(bytes_in(file), Not(HasSubstr(password_of("a"))));
}

TEST_F(BackingUp, InTheMiddleOfARotationKeepsBothKeys) {
    for (const char* id : {"a", "b", "c", "d", "e", "f", "g", "h"})
        ASSERT_TRUE(create(*vault, id));
    vault.reset();
    directory.alter(
        "CREATE TRIGGER no_more BEFORE UPDATE ON data_keys BEGIN SELECT raise(ABORT, ''); END");
    vault = directory.open();
    ASSERT_FALSE(rotate(*vault));
    ASSERT_TRUE(create(*vault, "under the new key"));
    ASSERT_TRUE(back_up(*vault, file));
    vault.reset();
    directory.restore(file);
    directory.alter("DROP TRIGGER no_more");
    vault = directory.open();
    EXPECT_TRUE(vault->has_unfinished_rotation());
    ASSERT_TRUE(finish_rotation(*vault));
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
    EXPECT_EQ(*open_password(*vault, "under the new key", 1), password_of("under the new key"));
}

TEST_F(BackingUp, MakesOneFileForItsOwnerOnly) {
    ASSERT_TRUE(back_up(*vault, file));
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600);
    EXPECT_THAT(files_in_backups(), testing::ElementsAre("vault-backup.db"));
}

TEST_F(BackingUp, NeverOverwritesAnything) {
    std::ofstream(file) << "precious";
    fs::create_symlink("nowhere", backups / "dangling");
    EXPECT_EQ(kind_of(back_up(*vault, file)), ProblemKind::already_exists);
    EXPECT_EQ(kind_of(back_up(*vault, backups / "dangling")), ProblemKind::already_exists);
    EXPECT_EQ(kind_of(back_up(*vault, directory.file())), ProblemKind::already_exists);
    EXPECT_EQ(bytes_in(file), "precious");
    EXPECT_FALSE(fs::exists(backups / "nowhere"));
    EXPECT_THAT(files_in_backups(), testing::ElementsAre("dangling", "vault-backup.db"));
}

TEST_F(BackingUp, NeedsAnAbsolutePathInADirectoryThatIsThere) {
    for (const fs::path& path :
         {fs::path(), fs::path("backup.db"), fs::path("../backup.db"), backups / "",
          backups / "none" / "b", backups / std::string("a\0b", 3), backups / "\xff",
          backups / std::string(300, 'x'), backups / std::string(5000, '/') / "x"}) {
        const auto made = back_up(*vault, path);
        EXPECT_EQ(kind_of(made), ProblemKind::bad_request) << path;
        EXPECT_EQ(made.error().fact("field"), "path");
    }
    EXPECT_THAT(files_in_backups(), IsEmpty());
    EXPECT_TRUE(back_up(*vault, file));
}

TEST_F(BackingUp, OfADamagedVaultIsRefused) {
    for (int number = 0; number < 60; ++number)
        ASSERT_TRUE(create(*vault, std::to_string(number)));
    vault.reset();
    std::fstream page(directory.file(), std::ios::in | std::ios::out | std::ios::binary);
    page.seekp(4096 * 8);
    page << std::string(4096, '\xa5');
    page.close();
    vault = directory.open();
    ASSERT_TRUE(vault->damage());
    EXPECT_EQ(kind_of(back_up(*vault, file)), ProblemKind::vault_damaged);
    EXPECT_THAT(files_in_backups(), IsEmpty());
}

TEST_F(BackingUp, IsWholeOrNotThereWhenTheVaultIsClosedMeanwhile) {
    for (int number = 0; number < 200; ++number)
        ASSERT_TRUE(create(*vault, std::to_string(number)));
    std::promise<Result<std::uint64_t>> answered;
    vault->back_up(
        file, [](Progress) {}, [&answered](auto made) { answered.set_value(made); });
    vault.reset();
    const auto made = answered.get_future().get();
    EXPECT_THAT(kind_of(made), AnyOf(Eq(std::nullopt), Eq(ProblemKind::cancelled)));
    if (!made) {
        EXPECT_THAT(files_in_backups(), IsEmpty());
        return;
    }
    directory.restore(file);
    EXPECT_EQ(directory.open()->load_accounts()->accounts.size(), 200);
}

}  // namespace
}  // namespace gatepost::vault
