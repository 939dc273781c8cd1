// Disks that are full or broken: nothing is half stored, reading goes on, and the vault recovers by
// itself.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <fstream>
#include <thread>

#include "killed_process.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;

/// A small file system in that directory, which it makes, in a mount namespace of this thread's
/// own; the vault's threads, which it starts, are in it too.
class SmallDisk {
  public:
    explicit SmallDisk(fs::path directory) : path_(std::move(directory)) {
        fs::create_directory(path_);
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("none", path_.c_str(), "tmpfs", 0, "size=512k,mode=0700") != 0) {
            throw std::runtime_error("mount (are you root?)");
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() { ::umount2(path_.c_str(), MNT_DETACH); }

    void fill() const { std::ofstream(path_ / "filler") << std::string(1 << 20, 'x'); }
    void make_room() const { fs::remove(path_ / "filler"); }

  private:
    fs::path path_;
};

class FullDisk : public testing::Test {
  protected:
    /// Stores accounts until one does not fit, and answers how many did.
    int store_until_full() {
        for (int number = 0;; ++number) {
            const auto stored = create(*vault, "account-" + std::to_string(number));
            if (stored) continue;
            EXPECT_EQ(kind_of(stored), ProblemKind::vault_full) << stored.error().detail;
            return number;
        }
    }

    VaultDirectory directory;
    SmallDisk disk{directory.file().parent_path()};
    std::unique_ptr<Vault> vault = directory.open();
};

TEST_F(FullDisk, StoresNothingAndSaysSo) {
    ASSERT_TRUE(create(*vault, "a"));
    disk.fill();
    const int stored = store_until_full();
    EXPECT_FALSE(vault->writable());
    EXPECT_EQ(vault->load_accounts()->accounts.size(), static_cast<std::size_t>(stored) + 1);
    AccountRecord record = account("a");
    record.version = 1;
    EXPECT_EQ(kind_of(put(*vault, record, PutMode::replace)), ProblemKind::vault_full);
}

TEST_F(FullDisk, IsStillReadFrom) {
    ASSERT_TRUE(create(*vault, "a"));
    disk.fill();
    store_until_full();
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
}

TEST_F(FullDisk, IsWrittenToAgainAsSoonAsThereIsRoom) {
    disk.fill();
    const int stored = store_until_full();
    disk.make_room();
    EXPECT_TRUE(create(*vault, "account-" + std::to_string(stored)));
    EXPECT_TRUE(vault->writable());
    vault.reset();
    EXPECT_EQ(directory.open()->load_accounts()->accounts.size(),
              static_cast<std::size_t>(stored) + 1);
}

TEST_F(FullDisk, IsFoundWritableAgainThoughNobodyWrites) {
    disk.fill();
    store_until_full();
    disk.make_room();
    while (!vault->writable()) {  // ctest's limit is the deadline
        std::this_thread::yield();
    }
    EXPECT_TRUE(create(*vault, "another"));
}

TEST_F(FullDisk, IsOpenedAgainAfterARestart) {
    ASSERT_TRUE(create(*vault, "a"));
    disk.fill();
    store_until_full();
    vault.reset();
    vault = directory.open();
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
}

TEST(FullBackupDisk, IsToldAndLeftAsItWasAndTheVaultServesOn) {
    const VaultDirectory directory;
    const SmallDisk disk(directory.path() / "backups");
    const auto vault = directory.open();
    ASSERT_TRUE(create(*vault, "a"));
    disk.fill();
    const fs::path backup = directory.path() / "backups" / "backup.db";
    const auto made = back_up(*vault, backup);
    ASSERT_EQ(kind_of(made), ProblemKind::vault_full);
    EXPECT_NE(made.error().detail.find(backup.parent_path().string()), std::string::npos);
    const auto files = fs::directory_iterator(backup.parent_path());
    EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "the filler";
    EXPECT_TRUE(vault->writable());
    EXPECT_TRUE(create(*vault, "b"));
    disk.make_room();
    EXPECT_TRUE(back_up(*vault, backup));
}

std::vector<std::string> failing(const std::string& system_call, const std::string& error,
                                 const std::string& when) {
    return {"strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=" + system_call,
            "-e",
            "inject=" + system_call + ":error=" + error + ":when=" + when};
}

// The child ends with 3 or 4 when a write is answered with a failure.
bool was_refused(const Outcome& outcome) {
    return WIFEXITED(outcome.status) &&
           (WEXITSTATUS(outcome.status) == 3 || WEXITSTATUS(outcome.status) == 4);
}

struct BrokenDisk {
    const char* name;
    const char* system_call;
    const char* error;
    int first;  ///< of one thread, the first call that fails: beyond the making of the vault
};

class BrokenDisks : public testing::TestWithParam<BrokenDisk> {};

TEST_P(BrokenDisks, KeepWhatWasAcknowledgedAndAcknowledgeNothingMore) {
    for (int further = 0; further < 6; ++further) {
        const VaultDirectory directory;
        const std::string when = std::to_string(GetParam().first + further) + "+";
        const Outcome outcome = run_child(directory, {"account", 200},
                                          failing(GetParam().system_call, GetParam().error, when));
        EXPECT_TRUE(was_refused(outcome)) << outcome.status;
        expect_kept(*directory.open(), outcome.acknowledged);
    }
}

INSTANTIATE_TEST_SUITE_P(Faults, BrokenDisks,
                         testing::Values(BrokenDisk{"NoRoom", "pwrite64", "ENOSPC", 40},
                                         BrokenDisk{"WriteFails", "pwrite64", "EIO", 40},
                                         BrokenDisk{"SyncFails", "fdatasync", "EIO", 12}),
                         [](const auto& disk) { return std::string(disk.param.name); });

}  // namespace
}  // namespace gatepost::vault
