// The power is cut at any instant, and what was not synced is lost: what was acknowledged is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <mutex>

#include "forgetful_disk.h"
#include "vault_directory.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;

/// The versions that were acknowledged; 0: removed.
using Acknowledged = std::map<std::string, std::uint64_t>;

struct Cut {
    ForgetfulDisk::Image image;
    Acknowledged acknowledged;
};

class PowerCut : public testing::Test {
  protected:
    /// Asks for it all without waiting, so that transactions are of all sizes; the answers are
    /// noted on the thread that syncs.
    void store_many(Vault& vault) {
        for (int number = 0; number < 150; ++number) {
            const std::string id = std::to_string(number);
            vault.put_account(account(id), PutMode::create, Secret::copy_of(password_of(id)),
                              [this, id](const auto& stored) { note(id, stored->version); });
            if (number % 3 == 0) {
                AccountRecord record = account(id);
                record.version = 1;
                vault.put_account(record, PutMode::replace, Secret::copy_of(password_of(id)),
                                  [this, id](const auto& stored) { note(id, stored->version); });
            }
            if (number % 5 == 0) {
                vault.remove_account(id, [this, id](const auto&) { note(id, 0); });
            }
        }
    }

    void note(const std::string& id, std::uint64_t version) { acknowledged[id] = version; }

    /// Opens what was left as a vault of its own.
    void expect_kept(const Cut& cut) const {
        const fs::path state = directory.path() / "found";
        fs::remove_all(state);
        fs::create_directory(state);
        fs::permissions(state, fs::perms::owner_all);
        for (const auto& [name, bytes] : cut.image) {
            std::ofstream(state / name, std::ios::binary) << bytes;
            fs::permissions(state / name, fs::perms::owner_read | fs::perms::owner_write);
        }
        VaultOptions options = directory.options();
        options.file = state / "vault.db";
        const auto vault = Vault::open(options);
        ASSERT_TRUE(vault) << vault.error().detail;
        EXPECT_FALSE((*vault)->damage());
        expect_accounts(**vault, cut.acknowledged);
    }

    static void expect_accounts(Vault& vault, const Acknowledged& expected) {
        const auto loaded = vault.load_accounts();
        EXPECT_TRUE(loaded->damaged.empty());
        Acknowledged found;
        for (const AccountRecord& record : loaded->accounts) {
            found[record.id] = record.version;
            EXPECT_EQ(*open_password(vault, record.id, record.version), password_of(record.id));
        }
        for (const auto& [id, version] : expected) {
            const bool may_be_gone = version == 0 || std::stoi(id) % 5 == 0;
            EXPECT_TRUE(found.contains(id) || may_be_gone) << id << " is lost";
            EXPECT_TRUE(!found.contains(id) || found[id] >= version) << id << " is older";
            EXPECT_FALSE(version == 0 && found.contains(id)) << id << " is back";
        }
    }

    VaultDirectory directory;
    Acknowledged acknowledged;
    std::vector<Cut> cuts;
};

TEST_F(PowerCut, BeforeAnySyncLosesNothingThatWasAcknowledged) {
    {
        const ForgetfulDisk disk([this](const ForgetfulDisk::Image& image) {
            cuts.push_back({image, acknowledged});
        });
        const auto vault = directory.open();
        store_many(*vault);
    }
    EXPECT_GE(cuts.size(), 8);
    EXPECT_FALSE(cuts.back().acknowledged.empty());
    for (const Cut& cut : cuts) {
        expect_kept(cut);
    }
}

// The proof that this disk forgets: the same bytes without the log's last sync.
TEST_F(PowerCut, TakesWhatWasNotSynced) {
    ForgetfulDisk::Image last;
    {
        const ForgetfulDisk disk([&last](const ForgetfulDisk::Image& image) { last = image; });
        const auto vault = directory.open();
        ASSERT_TRUE(create(*vault, "a"));
        EXPECT_EQ(last["vault.db-wal"].find("a@example.com"), std::string::npos);
        ASSERT_TRUE(create(*vault, "b"));
        EXPECT_NE(last["vault.db-wal"].find("a@example.com"), std::string::npos);
        EXPECT_EQ(last["vault.db-wal"].find("b@example.com"), std::string::npos);
    }
}

}  // namespace
}  // namespace gatepost::vault
