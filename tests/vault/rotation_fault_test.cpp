// Keys that are being replaced when the process is killed or the power is cut, at any instant:
// every credential opens, and a rotation that is asked for again comes to its end.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <latch>

#include "forgetful_disk.h"
#include "killed_process.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;

/// A closed vault with accounts, which is then copied for each kill.
struct Prepared {
    explicit Prepared(int accounts) {
        kept = run_child(directory, {"old", accounts, true}).acknowledged;
        EXPECT_FALSE(kept.empty());
    }

    void copy_to(const VaultDirectory& other) const {
        const auto how = fs::copy_options::recursive | fs::copy_options::overwrite_existing;
        fs::remove(other.key_file());
        fs::copy(directory.path(), other.path(), how);
    }

    VaultDirectory directory;
    Acknowledged kept;
};

void expect_to_converge(Vault& vault, const Acknowledged& kept) {
    expect_kept(vault, kept);
    const auto state = state_of(vault);
    ASSERT_TRUE(state);
    EXPECT_EQ(vault.has_unfinished_rotation(), state->older_wrapping_keys > 0);
    EXPECT_LE(state->older_wrapping_keys, 1);
    EXPECT_TRUE(state->keys_under_older == 0 || state->older_wrapping_keys == 1);
    ASSERT_TRUE(finish_rotation(vault));
    EXPECT_EQ(state_of(vault)->older_wrapping_keys, 0);
    EXPECT_EQ(state_of(vault)->keys_under_older, 0);
    expect_kept(vault, kept);
}

// While accounts are added, replaced and removed, at every call in turn until a run ends by itself.
TEST(KillingARotation, AtEachCallThatChangesFilesLosesNothing) {
    // Of these 1,008 are left, which are three batches.
    const Prepared prepared(1'260);
    int killed = 0;
    int unfinished = 0;
    for (int when = 1; when <= max_points; ++when) {
        SCOPED_TRACE(when);
        const VaultDirectory directory;
        prepared.copy_to(directory);
        const Outcome outcome = run_child(directory, {"new", 6, true}, dying_at(when));
        Acknowledged kept = prepared.kept;
        kept.insert(outcome.acknowledged.begin(), outcome.acknowledged.end());
        const auto vault = directory.open();
        unfinished += vault->has_unfinished_rotation() ? 1 : 0;
        expect_to_converge(*vault, kept);
        if (!was_killed(outcome)) break;
        ++killed;
    }
    EXPECT_LT(killed, max_points);
    EXPECT_GE(unfinished, 50) << "or few kills came while keys were replaced";
}

bool opens(const VaultDirectory& directory, const fs::path& key) {
    const auto vault = Vault::open({directory.file(), "file:" + key.string()});
    EXPECT_EQ(kind_of(vault).value_or(ProblemKind::root_key), ProblemKind::root_key);
    return vault.has_value();
}

TEST(KillingAChangeOfTheRootKey, AtEachCallThatChangesFilesLeavesOneKeyThatOpens) {
    const Prepared prepared(12);
    int killed = 0;
    int changed = 0;
    for (int when = 1; when <= max_points; ++when) {
        SCOPED_TRACE(when);
        const VaultDirectory directory;
        prepared.copy_to(directory);
        const fs::path old_key = directory.path() / "old.key";
        fs::rename(directory.key_file(), old_key);
        ASSERT_TRUE(make_root_key(directory.key_file()));
        const ChildTask changing{.previous_key = old_key};
        const Outcome outcome = run_child(directory, changing, dying_at(when));

        const bool is_changed = opens(directory, directory.key_file());
        EXPECT_EQ(opens(directory, old_key), !is_changed);
        changed += is_changed ? 1 : 0;
        {
            VaultOptions both = directory.options();
            both.previous_root_key = "file:" + old_key.string();
            const auto vault = Vault::open(both);
            ASSERT_TRUE(vault) << vault.error().detail;
            EXPECT_EQ((*vault)->root_key_changed(), !is_changed);
            expect_kept(**vault, prepared.kept);
        }
        EXPECT_FALSE(opens(directory, old_key));
        expect_kept(*directory.open(), prepared.kept);
        if (!was_killed(outcome)) break;
        ++killed;
    }
    EXPECT_LT(killed, max_points);
    EXPECT_GE(changed, 2) << "or no kill came after the change";
    EXPECT_GE(killed, changed + 5) << "or few came before";
}

/// What a power cut left, as a vault of its own.
void put_back(const ForgetfulDisk::Image& image, const VaultDirectory& directory) {
    const fs::path state = directory.file().parent_path();
    fs::create_directory(state);
    fs::permissions(state, fs::perms::owner_all);
    for (const auto& [name, bytes] : image) {
        std::ofstream(state / name, std::ios::binary) << bytes;
        fs::permissions(state / name, fs::perms::owner_read | fs::perms::owner_write);
    }
}

/// As vault_child does before it replaces any.
Acknowledged store_accounts(Vault& vault, int count) {
    Acknowledged kept;
    std::latch all_answered(count);
    for (int number = 0; number < count; ++number) {
        const std::string id = "account-" + std::to_string(number);
        kept[id] = 1;
        vault.put_account(account(id), PutMode::create, Secret::copy_of(password_of(id) + "-0"),
                          [&all_answered](const auto& stored) {
                              EXPECT_TRUE(stored);
                              all_answered.count_down();
                          });
    }
    all_answered.wait();
    return kept;
}

TEST(PowerCutInARotation, BeforeAnySyncLosesNothing) {
    const VaultDirectory directory;
    std::vector<ForgetfulDisk::Image> cuts;
    Acknowledged kept;
    {
        const ForgetfulDisk disk(
            [&cuts](const ForgetfulDisk::Image& image) { cuts.push_back(image); });
        const auto vault = directory.open();
        kept = store_accounts(*vault, 1'010);  // three batches
        cuts.clear();
        EXPECT_TRUE(rotate(*vault));
    }
    EXPECT_GE(cuts.size(), 5) << "a new key, three batches, the old key's end";
    int unfinished = 0;
    for (const ForgetfulDisk::Image& image : cuts) {
        const VaultDirectory found;
        fs::remove(found.key_file());
        fs::copy(directory.key_file(), found.key_file());
        put_back(image, found);
        const auto vault = found.open();
        unfinished += vault->has_unfinished_rotation() ? 1 : 0;
        expect_to_converge(*vault, kept);
    }
    EXPECT_GE(unfinished, 3);
}

}  // namespace
}  // namespace gatepost::vault
