// The check: whatever is damaged is found and named, and nothing is changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// "b: key".
std::vector<std::string> words_of(const std::vector<DamagedRecord>& damaged) {
    std::vector<std::string> words;
    for (const DamagedRecord& record : damaged)
        words.push_back(record.name + ": " + std::string(name_of(record.damage)));
    return words;
}

class Checking : public testing::Test {
  protected:
    Checking() {
        const auto vault = directory.open();
        for (const char* id : {"a", "b", "c"})
            EXPECT_TRUE(create(*vault, id));
        EXPECT_TRUE(put_document(*vault, {"providers", "a table", 7}));
    }

    [[nodiscard]] CheckReport found() const {
        const auto report = check(*directory.open());
        EXPECT_TRUE(report) << report.error().detail;
        return report ? *report : CheckReport();
    }

    [[nodiscard]] Result<CheckReport> check_file(const fs::path& file) const {
        VaultOptions options = directory.options();
        options.file = file;
        return check_vault_file(options);
    }

    VaultDirectory directory;
};

TEST_F(Checking, LooksAtEverythingAndFindsNothingInAWholeVault) {
    const CheckReport report = found();
    EXPECT_TRUE(report.is_whole());
    EXPECT_EQ(report.accounts, 3);
    EXPECT_EQ(report.documents, 1);
}

TEST_F(Checking, LooksAtAccountsWithoutCredentialsToo) {
    const auto vault = directory.open();
    AccountRecord record = account("without");
    ASSERT_TRUE(put(*vault, record, PutMode::create));
    const auto report = check(*vault);
    EXPECT_TRUE(report->is_whole());
    EXPECT_EQ(report->accounts, 4);
}

TEST_F(Checking, GoesPieceByPieceThroughManyAccountsAndTellsHowFarItIs) {
    static constexpr std::uint64_t many = 1'000;
    const auto vault = directory.open();
    for (int number = 3; number < static_cast<int>(many); ++number) {
        const std::string id = std::to_string(number);
        vault->put_account(account(id), PutMode::create, Secret::copy_of(password_of(id)),
                           [](const auto&) {});
    }
    ASSERT_TRUE(remove(*vault, "a"));
    ASSERT_TRUE(create(*vault, "a"));
    std::vector<std::uint64_t> done;
    const auto report = check(*vault, [&done](Progress progress) {
        EXPECT_EQ(progress.total, many);
        done.push_back(progress.done);
    });
    EXPECT_TRUE(report->is_whole());
    EXPECT_EQ(report->accounts, many);
    EXPECT_THAT(done, ElementsAre(0, 500, 1000, 1000));
}

struct DamagedBySql {
    const char* sql;
    const char* words;
};

TEST_F(Checking, NamesEveryDamagedAccountAndWhatOfIt) {
    const DamagedBySql cases[] = {
        {"UPDATE accounts SET host = 'evil.example.com' WHERE id = 'b'", "b: row"},
        {"UPDATE accounts SET tag = x'' WHERE id = 'b'", "b: row"},
        {"UPDATE accounts SET credential = (SELECT credential FROM accounts WHERE id = 'c') "
         "WHERE id = 'b'",
         "b: row"},
        {"UPDATE accounts SET id = CAST(x'ff00' AS TEXT) WHERE id = 'b'", "(unreadable): row"},
        {"UPDATE data_keys SET wrapped = randomblob(73) WHERE id = (SELECT data_key FROM accounts "
         "WHERE id = 'b')",
         "b: key"},
        {"UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys JOIN accounts ON "
         "data_keys.id = data_key WHERE accounts.id = 'c') WHERE id = (SELECT data_key FROM "
         "accounts WHERE id = 'b')",
         "b: key"},
        {"DELETE FROM data_keys WHERE id = (SELECT data_key FROM accounts WHERE id = 'b')",
         "b: key"},
    };
    const std::string whole = bytes_in(directory.file());
    for (const DamagedBySql& damaged : cases) {
        SCOPED_TRACE(damaged.sql);
        directory.alter(damaged.sql);
        const CheckReport report = found();
        EXPECT_THAT(words_of(report.damaged_accounts), ElementsAre(damaged.words));
        EXPECT_FALSE(report.is_whole());
        EXPECT_EQ(report.accounts, 3);
        std::ofstream(directory.file(), std::ios::binary) << whole;
    }
}

TEST_F(Checking, NamesDamagedDocuments) {
    directory.alter("UPDATE documents SET text = 'another'");
    EXPECT_THAT(words_of(found().damaged_documents), ElementsAre("providers: row"));
}

// While the vault is open its keys are in memory, and nothing else would tell.
TEST_F(Checking, FindsThatTheVaultWouldNotOpenAgain) {
    for (const char* sql : {"UPDATE vault SET tag_key = randomblob(73)",
                            "UPDATE wrapping_keys SET wrapped = randomblob(73)",
                            "UPDATE vault SET root_key_check = randomblob(32)"}) {
        const VaultDirectory other;
        const auto vault = other.open();
        ASSERT_TRUE(create(*vault, "a"));
        EXPECT_TRUE(check(*vault)->is_whole());
        other.alter(sql);
        const auto report = check(*vault);
        EXPECT_TRUE(report->keys) << sql;
        EXPECT_THAT(report->damaged_accounts, IsEmpty());
    }
}

TEST_F(Checking, FindsThatTheRootKeyIsGone) {
    const auto vault = directory.open();
    fs::remove(directory.key_file());
    const auto report = check(*vault);
    ASSERT_TRUE(report->keys);
    EXPECT_EQ(report->keys->kind, ProblemKind::root_key);
}

TEST_F(Checking, ChangesNothingAndHarmsNobody) {
    directory.alter("UPDATE accounts SET host = 'evil.example.com' WHERE id = 'b'");
    const auto vault = directory.open();
    const std::string before = directory.all_bytes();
    EXPECT_FALSE(check(*vault)->is_whole());
    EXPECT_TRUE(directory.all_bytes() == before);
    EXPECT_TRUE(vault->writable());
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
}

TEST_F(Checking, WhileOthersWriteFindsNothingThatIsNotThere) {
    const auto vault = directory.open();
    std::atomic<bool> enough = false;
    std::atomic<int> changes = 0;
    std::thread writing([&] {
        while (!enough) {
            ASSERT_TRUE(remove(*vault, "b"));
            ASSERT_TRUE(create(*vault, "b"));
            AccountRecord record = account("b");
            record.version = 1;
            ASSERT_TRUE(put(*vault, record, PutMode::replace, "another"));
            ++changes;
        }
    });
    for (int round = 0; round < 20; ++round) {
        const int before = changes;
        while (changes == before)
            std::this_thread::yield();
        const auto report = check(*vault);
        EXPECT_TRUE(report->is_whole())
            << testing::PrintToString(report->file) << words_of(report->damaged_accounts).size();
    }
    enough = true;
    writing.join();
}

TEST_F(Checking, IsOverSoonWhenTheVaultIsClosed) {
    auto vault = directory.open();
    std::promise<Result<CheckReport>> answered;
    vault->check([](Progress) {}, [&answered](auto report) { answered.set_value(report); });
    vault.reset();
    EXPECT_THAT(kind_of(answered.get_future().get()),
                testing::AnyOf(std::nullopt, ProblemKind::cancelled));
}

class CheckingPages : public Checking {
  protected:
    static constexpr std::size_t page_bytes = 4096;
    static constexpr int accounts = 60;

    CheckingPages() {
        const auto vault = directory.open();
        for (int number = 3; number < accounts; ++number)
            EXPECT_TRUE(create(*vault, "account-" + std::to_string(number)));
    }
};

TEST_F(CheckingPages, FindsEachPageThatIsOverwrittenWhateverIsOnIt) {
    const std::string whole = bytes_in(directory.file());
    std::size_t checked = 0;
    for (std::size_t page = 0; page < whole.size() / page_bytes; ++page) {
        SCOPED_TRACE(page);
        std::string damaged = whole;
        damaged.replace(page * page_bytes, page_bytes, page_bytes, '\xa5');
        std::ofstream(directory.file(), std::ios::binary) << damaged;
        const auto of_file = check_file(directory.file());
        EXPECT_TRUE(!of_file || !of_file->is_whole());
        const auto vault = Vault::open(directory.options());
        if (!vault) continue;
        const auto report = check(**vault);
        ASSERT_TRUE(report) << report.error().detail;
        EXPECT_FALSE(report->is_whole());
        EXPECT_THAT(report->file, Not(IsEmpty()));
        for (const DamagedRecord& record : report->damaged_accounts)
            EXPECT_THAT(record.name,
                        testing::AnyOf("a", "b", "c", testing::StartsWith("account-")));
        EXPECT_TRUE(bytes_in(directory.file()) == damaged);
        ++checked;
    }
    EXPECT_GT(checked, 10);
}

TEST_F(Checking, OfAFileNeedsNoDaemonAndLeavesNothingBesideIt) {
    const fs::path backup = directory.path() / "backup.db";
    ASSERT_TRUE(back_up(*directory.open(), backup));
    const std::string before = bytes_in(backup);
    const auto report = check_file(backup);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_TRUE(report->is_whole());
    EXPECT_EQ(report->accounts, 3);
    EXPECT_TRUE(bytes_in(backup) == before);
    EXPECT_FALSE(fs::exists(backup.string() + "-wal"));
    EXPECT_FALSE(fs::exists(backup.string() + "-journal"));
}

TEST_F(Checking, OfAFileFindsDamageToo) {
    directory.alter("UPDATE accounts SET host = 'evil.example.com' WHERE id = 'b'");
    const fs::path backup = directory.path() / "backup.db";
    ASSERT_TRUE(back_up(*directory.open(), backup));
    EXPECT_THAT(words_of(check_file(backup)->damaged_accounts), ElementsAre("b: row"));
}

TEST_F(Checking, OfAFileSaysWhyItIsNotOne) {
    EXPECT_EQ(kind_of(check_file(directory.path() / "none.db")), ProblemKind::configuration);
    std::ofstream(directory.path() / "empty.db").flush();
    EXPECT_EQ(kind_of(check_file(directory.path() / "empty.db")), ProblemKind::configuration);
    std::ofstream(directory.path() / "text.db") << std::string(5000, 'x');
    EXPECT_EQ(kind_of(check_file(directory.path() / "text.db")), ProblemKind::vault_damaged);
    const VaultDirectory other;
    EXPECT_TRUE(create(*other.open(), "a"));
    EXPECT_EQ(kind_of(check_file(other.file())), ProblemKind::root_key);
}

}  // namespace
}  // namespace gatepost::vault
