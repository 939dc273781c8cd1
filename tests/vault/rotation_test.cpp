// Rotation of the wrapping key while the vault is used, and after it was interrupted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "empty_vault.h"
#include "vault/rotation.h"

namespace gatepost::vault {
namespace {

// Three batches.
constexpr int accounts = 1'200;

class Rotating : public testing::Test {
  protected:
    void create_many(Vault& vault) const {
        std::atomic<int> stored = 0;
        for (int number = 0; number < accounts; ++number) {
            const std::string id = std::to_string(number);
            vault.put_account(account(id), PutMode::create, Secret::copy_of(password_of(id)),
                              [&stored](const auto& answer) { stored += answer ? 1 : 0; });
        }
        ASSERT_TRUE(remove(vault, "0"));  // answered after all the others
        ASSERT_TRUE(create(vault, "0"));
        ASSERT_EQ(stored, accounts);
    }

    static void expect_readable(Vault& vault, int count) {
        const auto loaded = vault.load_accounts();
        ASSERT_TRUE(loaded);
        EXPECT_TRUE(loaded->damaged.empty());
        EXPECT_EQ(loaded->accounts.size(), static_cast<std::size_t>(count));
        for (const AccountRecord& record : loaded->accounts)
            EXPECT_EQ(*open_password(vault, record.id, record.version), password_of(record.id));
    }

    static void expect_rotated_to(Vault& vault, std::int64_t wrapping_key) {
        const auto state = state_of(vault);
        ASSERT_TRUE(state);
        EXPECT_EQ(state->wrapping_key, wrapping_key);
        EXPECT_EQ(state->older_wrapping_keys, 0);
        EXPECT_EQ(state->keys_under_older, 0);
        EXPECT_FALSE(vault.has_unfinished_rotation());
    }

    /// A vault whose rotation has failed half-way, closed.
    void interrupt_a_rotation() const {
        create_many(*directory.open());
        directory.alter(
            "CREATE TRIGGER no_more BEFORE UPDATE ON data_keys WHEN old.id > x'80' "
            "BEGIN SELECT raise(ABORT, 'interrupted'); END");
        EXPECT_FALSE(rotate(*directory.open()));
        directory.alter("DROP TRIGGER no_more");
    }

    VaultDirectory directory;
};

TEST_F(Rotating, BringsEveryDataKeyUnderANewWrappingKey) {
    const auto vault = directory.open();
    create_many(*vault);
    expect_rotated_to(*vault, 1);
    ASSERT_TRUE(rotate(*vault));
    expect_rotated_to(*vault, 2);
    expect_readable(*vault, accounts);
}

TEST_F(Rotating, HoldsAfterARestart) {
    create_many(*directory.open());
    ASSERT_TRUE(rotate(*directory.open()));
    const auto vault = directory.open();
    expect_rotated_to(*vault, 2);
    expect_readable(*vault, accounts);
}

TEST_F(Rotating, OfAnEmptyVaultTakesANewKeyToo) {
    const auto vault = directory.open();
    ASSERT_TRUE(rotate(*vault));
    expect_rotated_to(*vault, 2);
    ASSERT_TRUE(create(*vault, "a"));
    expect_readable(*vault, 1);
}

TEST_F(Rotating, TellsHowFarItIs) {
    const auto vault = directory.open();
    create_many(*vault);
    std::vector<std::uint64_t> done;
    EXPECT_TRUE(rotate(*vault, [&done](Progress progress) {
        EXPECT_EQ(progress.total, accounts);
        done.push_back(progress.done);
    }));
    EXPECT_THAT(done, testing::ElementsAre(0, 500, 1000, 1200));
}

// New accounts, other passwords, labels and removals, each asked for between two batches.
TEST_F(Rotating, LosesNothingThatIsWrittenMeanwhile) {
    const auto vault = directory.open();
    create_many(*vault);
    std::atomic<int> failed = 0;
    const auto note = [&failed](const auto& answer) { failed += answer ? 0 : 1; };
    int batch = 0;
    EXPECT_TRUE(rotate(*vault, [&](Progress) {
        const std::string added = "added-" + std::to_string(batch);
        vault->put_account(account(added), PutMode::create, Secret::copy_of(password_of(added)),
                           note);
        for (int number = batch; batch < 12 && number < 1'000; number += 12) {
            AccountRecord record = account(std::to_string(number));
            record.version = 1;
            std::optional<Secret> credential;
            if (number % 3 == 0) credential = Secret::copy_of(password_of(record.id));
            vault->put_account(record, PutMode::replace, std::move(credential), note);
        }
        vault->remove_account(std::to_string(1'000 + batch), note);
        ++batch;
    }));
    EXPECT_GE(batch, 4) << "before the first, and after each";
    expect_readable(*vault, accounts);  // as many were added as removed
    EXPECT_EQ(failed, 0);
    expect_rotated_to(*vault, 2);
    EXPECT_EQ(*open_password(*vault, "added-0", 1), password_of("added-0"));
}

// Ten batches: one in which nobody waits by chance, since the next write is in the same
// transaction, does not make all of them whole.
constexpr int many_accounts = 5'000;

/// A write that has another one wait as soon as it is stored, for as long as it is told to.
class Queue : public Write {
  public:
    Queue(Writer& writer, const std::atomic<bool>& goes_on) : writer_(writer), goes_on_(goes_on) {}

    Result<void> apply(Tables&) override {
        if (goes_on_) writer_.write(std::make_unique<Queue>(writer_, goes_on_));
        return {};
    }
    [[nodiscard]] bool destroys_keys() const override { return false; }
    void answer(const Result<void>&) override {}

  private:
    Writer& writer_;
    const std::atomic<bool>& goes_on_;
};

TEST(Rotation, GivesWayToWritesThatWaitAndComesToItsEnd) {
    EmptyVault vault;
    vault.connection.run("PRAGMA journal_mode = WAL").value();
    const std::string path = (vault.directory.path() / "vault.db").string();
    auto tables = Tables::open(path, *vault.ring);
    (*tables)->connection.run("BEGIN").value();
    for (int i = 0; i < many_accounts; ++i)
        ASSERT_TRUE((*tables)->accounts.put(account(std::to_string(i)), PutMode::create, {}));
    (*tables)->connection.run("COMMIT").value();
    Writer writer(path, *vault.ring, std::move(*Tables::open(path, *vault.ring)));
    Reader reader(std::move(*Tables::open(path, *vault.ring)));
    const std::atomic<bool> stopping = false;
    std::atomic<bool> goes_on = true;
    writer.write(std::make_unique<Queue>(writer, goes_on));

    int reports = 0;
    Rotation rotation({*vault.ring, writer, reader, stopping}, **tables,
                      [&reports](Progress) { ++reports; });
    EXPECT_TRUE(rotation.begin(vault.root));
    EXPECT_TRUE(rotation.finish());
    goes_on = false;
    EXPECT_GT(reports, 11) << "which are those of whole batches";
    EXPECT_EQ(*(*tables)->keys.count_under_others(vault.ring->active()), 0);
    EXPECT_FALSE(vault.ring->has_older());
}

TEST_F(Rotating, ThatWasInterruptedLeavesEverythingReadable) {
    interrupt_a_rotation();
    const auto vault = directory.open();
    EXPECT_TRUE(vault->has_unfinished_rotation());
    const auto state = state_of(*vault);
    EXPECT_EQ(state->wrapping_key, 2);
    EXPECT_EQ(state->older_wrapping_keys, 1);
    EXPECT_EQ(state->keys_under_older, accounts - 500);
    expect_readable(*vault, accounts);
}

TEST_F(Rotating, ThatWasInterruptedIsFinished) {
    interrupt_a_rotation();
    const auto vault = directory.open();
    ASSERT_TRUE(finish_rotation(*vault));
    expect_rotated_to(*vault, 2);
    expect_readable(*vault, accounts);
}

TEST_F(Rotating, ThatWasInterruptedIsFinishedByTheNext) {
    interrupt_a_rotation();
    const auto vault = directory.open();
    ASSERT_TRUE(rotate(*vault));
    expect_rotated_to(*vault, 3);
    expect_readable(*vault, accounts);
}

TEST_F(Rotating, EndsSoonWhenTheVaultIsClosedAndIsFinishedLater) {
    std::promise<Result<void>> rotated;
    {
        const auto vault = directory.open();
        create_many(*vault);
        std::promise<void> begun;
        vault->rotate(
            [&begun](Progress progress) {
                if (progress.done == 0) begun.set_value();
            },
            [&rotated](Result<void> answer) { rotated.set_value(std::move(answer)); });
        begun.get_future().get();
    }
    const auto answer = rotated.get_future().get();
    EXPECT_EQ(kind_of(answer).value_or(ProblemKind::cancelled), ProblemKind::cancelled);
    const auto vault = directory.open();
    EXPECT_EQ(vault->has_unfinished_rotation(), !answer);
    ASSERT_TRUE(finish_rotation(*vault));
    expect_rotated_to(*vault, 2);
    expect_readable(*vault, accounts);
}

TEST_F(Rotating, LeavesADamagedKeyWhereItIsAndSaysSo) {
    {
        const auto vault = directory.open();
        ASSERT_TRUE(create(*vault, "a"));
        ASSERT_TRUE(create(*vault, "b"));
    }
    const std::string damaged = "(SELECT data_key FROM accounts WHERE accounts.id = 'a')";
    directory.alter("UPDATE data_keys SET wrapped = zeroblob(73) WHERE id = " + damaged);
    const auto vault = directory.open();
    EXPECT_EQ(kind_of(rotate(*vault)), ProblemKind::vault_damaged);
    EXPECT_EQ(state_of(*vault)->keys_under_older, 1);
    EXPECT_EQ(state_of(*vault)->older_wrapping_keys, 1);
    EXPECT_EQ(*open_password(*vault, "b", 1), password_of("b"));
    EXPECT_EQ(kind_of(open_password(*vault, "a", 1)), ProblemKind::vault_damaged);
    ASSERT_TRUE(remove(*vault, "a"));
    EXPECT_TRUE(finish_rotation(*vault));
    expect_rotated_to(*vault, 2);
}

TEST_F(Rotating, NeedsTheRootKeyAndChangesNothingWithoutIt) {
    const auto vault = directory.open();
    ASSERT_TRUE(create(*vault, "a"));
    const auto kept = directory.path() / "kept.key";
    std::filesystem::rename(directory.key_file(), kept);
    EXPECT_EQ(kind_of(rotate(*vault)), ProblemKind::root_key);
    ASSERT_TRUE(make_root_key(directory.key_file()));
    EXPECT_EQ(kind_of(rotate(*vault)), ProblemKind::root_key) << "it is another one";
    expect_rotated_to(*vault, 1);
    std::filesystem::rename(kept, directory.key_file());
    EXPECT_TRUE(rotate(*vault));
    expect_rotated_to(*vault, 2);
}

}  // namespace
}  // namespace gatepost::vault
