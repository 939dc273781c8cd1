// A disk that fails at any one of its calls, or from any one on: what was acknowledged is there,
// everything else is wholly there or not at all, and whatever went wrong was told as what it is.
#include "failing_disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>

#include "old_vault.h"
#include "vault/schema.h"
#include "vault_directory.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;
using Call = FailingDisk::Call;
using Lasting = FailingDisk::Lasting;
using testing::AnyOf;
using testing::Contains;
using testing::IsEmpty;

struct Fault {
    const char* name;
    Call call;
    Lasting lasting;
};

/// What an account may be found as.
struct Expected {
    bool may_be_gone = false;
    std::map<std::uint64_t, std::string> passwords;  ///< by version
};

void expect_told_as_it_is(const std::optional<ProblemKind>& kind) {
    EXPECT_THAT(kind, AnyOf(std::nullopt, ProblemKind::vault_full, ProblemKind::vault_damaged));
}

class AtEachCall : public testing::TestWithParam<Fault> {
  protected:
    /// Runs it with the fault at the first call, the second, and so on, until none is left to fail.
    void at_each_call(const std::function<void(int after)>& round) {
        constexpr int max_calls = 300;
        int after = 0;
        do {
            SCOPED_TRACE(after);
            ASSERT_LT(after, max_calls);
            any_failed = false;
            round(after++);
        } while (any_failed && !HasFatalFailure());
        // Only of these is some call made whatever is done.
        if (GetParam().call == Call::write || GetParam().call == Call::sync) {
            EXPECT_GE(after, 2);
        }
    }

    void break_at(int after) { disk.fail(GetParam().call, after, GetParam().lasting); }
    void heal() { any_failed = disk.heal(); }

    static void expect_found(Vault& vault, const std::map<std::string, Expected>& expected) {
        const auto loaded = vault.load_accounts();
        ASSERT_TRUE(loaded);
        EXPECT_THAT(loaded->damaged, IsEmpty());
        EXPECT_FALSE(vault.damage());
        std::map<std::string, std::uint64_t> found;
        for (const AccountRecord& record : loaded->accounts) {
            found[record.id] = record.version;
            EXPECT_EQ(record.labels, account(record.id).labels);
        }
        for (const auto& [id, may_be] : expected) {
            SCOPED_TRACE(id);
            if (!found.contains(id)) {
                EXPECT_TRUE(may_be.may_be_gone);
                continue;
            }
            const auto right = may_be.passwords.find(found[id]);
            ASSERT_NE(right, may_be.passwords.end()) << "version " << found[id];
            EXPECT_EQ(*open_password(vault, id, found[id]), right->second);
            found.erase(id);
        }
        EXPECT_THAT(found, IsEmpty());
        EXPECT_TRUE(check(vault)->is_whole());
    }

    FailingDisk disk;
    bool any_failed = false;
};

class Storing : public AtEachCall {
  protected:
    Storing() {
        fill();
        before = bytes_in(directory.file());
    }

    void fill() const {
        const auto vault = directory.open();
        for (const char* id : {"kept", "replaced", "removed"})
            EXPECT_TRUE(create(*vault, id));
        EXPECT_TRUE(put_document(*vault, {"providers", "old", 1}));
    }

    /// A write of each sort, one after the other, whatever becomes of those before.
    void write_some(Vault& vault) {
        AccountRecord replaced = account("replaced");
        replaced.version = 1;
        const auto created = create(vault, "new");
        const auto replacing = put(vault, replaced, PutMode::replace, "another");
        const auto removing = remove(vault, "removed");
        const auto documenting = put_document(vault, {"providers", "new", 2});
        for (const auto& kind :
             {kind_of(created), kind_of(replacing), kind_of(removing), kind_of(documenting)}) {
            expect_told_as_it_is(kind);
        }
        expected = {{"kept", {false, {{1, password_of("kept")}}}},
                    {"new", {!created, {{1, password_of("new")}}}},
                    {"replaced", {false, {{2, "another"}}}},
                    {"removed", {true, {}}}};
        if (!replacing) expected["replaced"].passwords[1] = password_of("replaced");
        if (!removing) expected["removed"].passwords[1] = password_of("removed");
        texts =
            documenting ? std::vector<std::string>{"new"} : std::vector<std::string>{"new", "old"};
    }

    void expect_all(Vault& vault) const {
        expect_found(vault, expected);
        EXPECT_THAT(texts, Contains((**vault.load_document("providers")).text));
    }

    VaultDirectory directory;
    std::string before;  ///< the vault's file
    std::map<std::string, Expected> expected;
    std::vector<std::string> texts;
};

// Once: the vault goes on by itself. For ever: it is closed on the broken disk too.
TEST_P(Storing, LosesNothingAndLeavesNothingHalf) {
    at_each_call([this](int after) {
        std::ofstream(directory.file(), std::ios::binary) << before;
        auto vault = directory.open();
        break_at(after);
        write_some(*vault);
        if (GetParam().lasting == Lasting::once) {
            heal();
            EXPECT_TRUE(create(*vault, "afterwards"));
            expected["afterwards"] = {false, {{1, password_of("afterwards")}}};
            EXPECT_TRUE(vault->writable());
            expect_all(*vault);
        }
        vault.reset();
        if (GetParam().lasting == Lasting::for_ever) heal();
        expect_all(*directory.open());
    });
}

class Reading : public Storing {};

TEST_P(Reading, FailsForNoLongerThanTheDisk) {
    at_each_call([this](int after) {
        const auto vault = directory.open();
        break_at(after);
        expect_told_as_it_is(kind_of(open_password(*vault, "kept", 1)));
        expect_told_as_it_is(kind_of(vault->load_accounts()));
        expect_told_as_it_is(kind_of(check(*vault)));
        heal();
        EXPECT_EQ(*open_password(*vault, "kept", 1), password_of("kept"));
        EXPECT_EQ(vault->load_accounts()->accounts.size(), 3);
        EXPECT_TRUE(check(*vault)->is_whole());
    });
}

TEST_P(Storing, BacksUpWhollyOrNotAtAll) {
    const fs::path backups = directory.path() / "backups";
    fs::create_directory(backups);
    const fs::path backup = backups / "backup.db";
    at_each_call([&](int after) {
        const auto vault = directory.open();
        break_at(after);
        const auto made = back_up(*vault, backup);
        heal();
        expect_told_as_it_is(kind_of(made));
        EXPECT_EQ(fs::exists(backup), made.has_value());
        VaultOptions options = directory.options();
        options.file = backup;
        if (made) {
            EXPECT_TRUE(check_vault_file(options)->is_whole());
        }
        fs::remove(backup);
        EXPECT_TRUE(fs::is_empty(backups));
    });
}

class MakingAVault : public AtEachCall {};

TEST_P(MakingAVault, IsDoneWhollyOrAgain) {
    at_each_call([this](int after) {
        const VaultDirectory directory;
        break_at(after);
        auto vault = Vault::open(directory.options());
        expect_told_as_it_is(kind_of(vault));
        heal();
        if (vault) {
            EXPECT_TRUE(create(**vault, "a"));
            vault->reset();
        }
        const auto again = directory.open();
        const bool had_one = again->load_accounts()->accounts.size() == 1;
        EXPECT_EQ(had_one, vault.has_value());
        EXPECT_TRUE(create(*again, "b"));
    });
}

class Migrating : public AtEachCall {};

TEST_P(Migrating, IsDoneWhollyOrAgain) {
    at_each_call([this](int after) {
        const VaultDirectory directory;
        make_old_vault(directory, 1);
        break_at(after);
        auto vault = Vault::open(directory.options());
        expect_told_as_it_is(kind_of(vault));
        if (vault) vault->reset();
        heal();
        const auto again = directory.open();
        EXPECT_EQ(state_of(*again)->schema, newest_schema);
        EXPECT_EQ(again->load_accounts()->accounts.size(), old_accounts);
        EXPECT_TRUE(check(*again)->is_whole());
        EXPECT_TRUE(create(*again, "new"));
    });
}

class Rotating : public Storing {};

TEST_P(Rotating, LosesNothingAndIsFinishedLater) {
    at_each_call([this](int after) {
        std::ofstream(directory.file(), std::ios::binary) << before;
        auto vault = directory.open();
        break_at(after);
        expect_told_as_it_is(kind_of(rotate(*vault)));
        vault.reset();
        heal();
        vault = directory.open();
        if (vault->has_unfinished_rotation()) {
            EXPECT_TRUE(finish_rotation(*vault));
        }
        EXPECT_FALSE(vault->has_unfinished_rotation());
        for (const char* id : {"kept", "replaced", "removed"})
            EXPECT_EQ(*open_password(*vault, id, 1), password_of(id));
        EXPECT_TRUE(check(*vault)->is_whole());
    });
}

constexpr Fault faults[] = {
    {"ReadFails", Call::read, Lasting::once},
    {"ReadsFail", Call::read, Lasting::for_ever},
    {"WriteFails", Call::write, Lasting::once},
    {"WritesFail", Call::write, Lasting::for_ever},
    {"WriteIsTorn", Call::torn_write, Lasting::once},
    {"NoRoomIsLeft", Call::torn_write, Lasting::for_ever},
    {"SyncFails", Call::sync, Lasting::once},
    {"SyncsFail", Call::sync, Lasting::for_ever},
    {"TruncationFails", Call::truncate, Lasting::once},
    {"SharingFails", Call::share, Lasting::once},
};

std::string name_of_fault(const testing::TestParamInfo<Fault>& fault) {
    return fault.param.name;
}

INSTANTIATE_TEST_SUITE_P(Disk, Storing, testing::ValuesIn(faults), name_of_fault);
INSTANTIATE_TEST_SUITE_P(Disk, Reading, testing::ValuesIn(faults, faults + 2), name_of_fault);
INSTANTIATE_TEST_SUITE_P(Disk, MakingAVault, testing::ValuesIn(faults), name_of_fault);
INSTANTIATE_TEST_SUITE_P(Disk, Migrating, testing::ValuesIn(faults), name_of_fault);
INSTANTIATE_TEST_SUITE_P(Disk, Rotating, testing::ValuesIn(faults), name_of_fault);

// What a failed sync has left in the kernel's memory is believed to be written; so the database is
// opened anew instead of synced once more (the "fsyncgate" of 2018).
TEST(FailedSync, IsNotTriedAgainButTheDatabaseOpenedAnew) {
    FailingDisk disk;
    const VaultDirectory directory;
    const auto vault = directory.open();
    ASSERT_TRUE(create(*vault, "a"));
    const int opened = disk.opened();
    disk.fail(Call::sync, 0, Lasting::once);
    EXPECT_EQ(kind_of(create(*vault, "b")), ProblemKind::vault_damaged);
    EXPECT_TRUE(disk.heal());
    EXPECT_TRUE(create(*vault, "c"));
    EXPECT_GE(disk.opened(), opened + 2) << "the database and its log";
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
}

}  // namespace
}  // namespace gatepost::vault
