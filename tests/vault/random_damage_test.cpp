// Random damage to the file and its log: the vault neither crashes nor tells anything wrong, and
// serves what it can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;

constexpr int accounts = 60;
constexpr int rounds = 200;
constexpr std::uint32_t seed = 20'250'101;

class RandomDamage : public testing::Test {
  protected:
    RandomDamage() {
        auto vault = directory.open();
        for (int number = 0; number < accounts; ++number)
            EXPECT_TRUE(create(*vault, "account-" + std::to_string(number)));
        // As a kill leaves them, so that half of it is in the log.
        keep("vault.db");
        keep("vault.db-wal");
        vault.reset();
    }

    void keep(const std::string& name) { whole[name] = bytes_in(state() / name); }
    [[nodiscard]] fs::path state() const { return directory.file().parent_path(); }

    void put_back() const {
        for (const auto& [name, bytes] : whole) {
            std::ofstream(state() / name, std::ios::binary) << bytes;
            fs::permissions(state() / name, fs::perms::owner_read | fs::perms::owner_write);
        }
        fs::remove(state() / "vault.db-shm");
    }

    /// Some bytes somewhere get other values, zeros, or are cut off with all that follows.
    void damage(const std::string& name) {
        std::string bytes = whole[name];
        const std::size_t at = random() % bytes.size();
        const std::size_t length = std::min<std::size_t>(1 + random() % 5000, bytes.size() - at);
        switch (random() % 4) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
                break;
            case 1:
                bytes.replace(at, length, length, '\0');
                break;
            case 2:
                std::generate_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), length,
                                [this] { return static_cast<char>(random()); });
                break;
            default:
                bytes.resize(at);
        }
        std::ofstream(state() / name, std::ios::binary) << bytes;
    }

    /// How many are served; each of them as it was stored.
    static std::size_t served(Vault& vault) {
        const auto loaded = vault.load_accounts();
        if (!loaded) {
            EXPECT_EQ(kind_of(loaded), ProblemKind::vault_damaged);
            return 0;
        }
        std::size_t count = 0;
        for (const AccountRecord& record : loaded->accounts) {
            EXPECT_EQ(record.settings, account(record.id).settings);
            EXPECT_EQ(record.labels, account(record.id).labels);
            const auto password = open_password(vault, record.id, record.version);
            if (!password) continue;
            EXPECT_EQ(*password, password_of(record.id));
            ++count;
        }
        return count;
    }

    VaultDirectory directory;
    std::map<std::string, std::string> whole;
    std::mt19937 random{seed};
};

TEST_F(RandomDamage, GivesNoWrongAnswerAndCostsOnlyWhatItHits) {
    int opened = 0;
    int partly_served = 0;
    for (int round = 0; round < rounds; ++round) {
        SCOPED_TRACE(round);
        put_back();
        const bool is_of_the_log = round % 4 == 0 && !whole["vault.db-wal"].empty();
        damage(is_of_the_log ? "vault.db-wal" : "vault.db");
        auto vault = Vault::open(directory.options());
        if (!vault) {
            EXPECT_THAT(kind_of(vault),
                        testing::AnyOf(ProblemKind::vault_damaged, ProblemKind::configuration,
                                       ProblemKind::root_key))
                << vault.error().detail;
            continue;
        }
        ++opened;
        const std::size_t count = served(**vault);
        if (count > 0 && count < accounts) ++partly_served;
        (void)check(**vault);
        const auto stored = create(**vault, "new");
        if ((*vault)->damage()) {
            EXPECT_EQ(kind_of(stored), ProblemKind::vault_damaged);
        }
    }
    EXPECT_GT(opened, rounds / 2);
    EXPECT_GT(partly_served, rounds / 20);
}

}  // namespace
}  // namespace gatepost::vault
