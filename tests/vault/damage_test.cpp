// Damaged rows and pages: each costs the accounts that it touches, and no other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> ids(const Vault::Loaded& loaded) {
    std::vector<std::string> ids;
    for (const AccountRecord& record : loaded.accounts)
        ids.push_back(record.id);
    return ids;
}

class DamagedRows : public testing::Test {
  protected:
    DamagedRows() {
        const auto vault = directory.open();
        for (const char* id : {"a", "b", "c"}) {
            EXPECT_TRUE(create(*vault, id));
        }
    }

    VaultDirectory directory;
};

struct Damage {
    const char* name;
    const char* sql;
};

const Damage damages[] = {
    {"CopiedCredential",
     "UPDATE accounts SET credential = (SELECT credential FROM accounts "
     "WHERE id = 'c') WHERE id = 'b'"},
    {"OlderCredentialVersion", "UPDATE accounts SET credential_version = 0 WHERE id = 'b'"},
    {"OlderVersion", "UPDATE accounts SET version = 7 WHERE id = 'b'"},
    {"OtherHost", "UPDATE accounts SET host = 'evil.example.com' WHERE id = 'b'"},
    {"OtherPort", "UPDATE accounts SET port = 993 WHERE id = 'b'"},
    {"OtherAddress", "UPDATE accounts SET email = 'x@example.com' WHERE id = 'b'"},
    {"FlippedBit", "UPDATE accounts SET username = 'c@example.com' WHERE id = 'b'"},
    {"NoProblem", "UPDATE accounts SET problem = NULL WHERE id = 'b'"},
    {"NoCredential", "UPDATE accounts SET credential = NULL WHERE id = 'b'"},
    {"OtherTag", "UPDATE accounts SET tag = randomblob(16) WHERE id = 'b'"},
    {"NoTag", "UPDATE accounts SET tag = x'' WHERE id = 'b'"},
};

TEST_F(DamagedRows, AreListedAndLeftAndTheOthersServed) {
    for (const Damage& damage : damages) {
        SCOPED_TRACE(damage.name);
        const VaultDirectory other;
        auto vault = other.open();
        for (const char* id : {"a", "b", "c"}) {
            ASSERT_TRUE(create(*vault, id));
        }
        vault.reset();
        other.alter(damage.sql);
        vault = other.open();
        const auto loaded = vault->load_accounts();
        ASSERT_TRUE(loaded);
        EXPECT_THAT(ids(*loaded), ElementsAre("a", "c"));
        EXPECT_THAT(loaded->damaged, ElementsAre("b"));
        EXPECT_FALSE(vault->damage());
        EXPECT_EQ(*open_password(*vault, "c", 1), password_of("c"));
        vault.reset();
        EXPECT_THAT(other.open()->load_accounts()->damaged, ElementsAre("b"));
    }
}

TEST_F(DamagedRows, WithIdsThatAreNoTextAreListedTooAndHarmNobody) {
    directory.alter("UPDATE accounts SET id = CAST(x'ff00' AS TEXT) WHERE id = 'b'");
    const auto loaded = directory.open()->load_accounts();
    EXPECT_THAT(ids(*loaded), ElementsAre("a", "c"));
    EXPECT_THAT(loaded->damaged, ElementsAre("(unreadable)"));
}

TEST_F(DamagedRows, AreNotReplacedButCanBeRemoved) {
    directory.alter("UPDATE accounts SET host = 'evil.example.com' WHERE id = 'b'");
    const auto vault = directory.open();
    AccountRecord record = account("b");
    record.version = 1;
    EXPECT_EQ(kind_of(put(*vault, record, PutMode::replace)), ProblemKind::vault_damaged);
    EXPECT_EQ(kind_of(create(*vault, "b")), ProblemKind::vault_damaged);
    EXPECT_TRUE(vault->writable());
    EXPECT_TRUE(remove(*vault, "b"));
    EXPECT_TRUE(create(*vault, "b"));
    EXPECT_EQ(*open_password(*vault, "b", 1), password_of("b"));
}

// By somebody who can write the file while it is served, so that no tag is asked.
TEST_F(DamagedRows, DoNotOpen) {
    for (const char* sql :
         {"UPDATE accounts SET credential = (SELECT credential FROM accounts WHERE id = 'c') "
          "WHERE id = 'b'",
          "UPDATE accounts SET credential_version = 2 WHERE id = 'b'",
          "UPDATE data_keys SET wrapped = randomblob(73)", "UPDATE data_keys SET wrapped = x''",
          "UPDATE accounts SET credential = zeroblob(60) WHERE id = 'b'",
          "UPDATE accounts SET credential = x'' WHERE id = 'b'"}) {
        directory.alter(sql);
        const auto password = open_password(*directory.open(), "b", 1);
        EXPECT_EQ(kind_of(password), ProblemKind::vault_damaged) << sql;
        EXPECT_THAT(password.error().detail, HasSubstr("account b"));
    }
}

TEST_F(DamagedRows, OfDataKeysDoNotOpenInAnothersPlace) {
    directory.alter(
        "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys JOIN accounts ON "
        "data_keys.id = data_key WHERE accounts.id = 'c') "
        "WHERE id = (SELECT data_key FROM accounts WHERE id = 'b')");
    const auto vault = directory.open();
    EXPECT_EQ(kind_of(open_password(*vault, "b", 1)), ProblemKind::vault_damaged);
    EXPECT_EQ(*open_password(*vault, "c", 1), password_of("c"));
}

TEST_F(DamagedRows, WithoutAKeyAreServedAgainOnceTheCredentialIsReplaced) {
    directory.alter("UPDATE data_keys SET wrapped = randomblob(73)");
    const auto vault = directory.open();
    AccountRecord record = account("b");
    record.version = 1;
    ASSERT_TRUE(put(*vault, record, PutMode::replace, "new"));
    EXPECT_EQ(*open_password(*vault, "b", 2), "new");
}

// Every page in turn is overwritten; whatever it was, nobody gets a wrong answer.
class DamagedPages : public testing::Test {
  protected:
    static constexpr int accounts = 60;
    static constexpr std::size_t page_bytes = 4096;

    DamagedPages() {
        const auto vault = directory.open();
        for (int i = 0; i < accounts; ++i) {
            EXPECT_TRUE(create(*vault, "account-" + std::to_string(i)));
        }
    }

    void overwrite_page(std::size_t page) const {
        std::fstream file(directory.file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(page * page_bytes));
        file << std::string(page_bytes, '\xa5');
    }

    void expect_honest(Vault& vault) const {
        const auto loaded = vault.load_accounts();
        if (!loaded) {
            EXPECT_EQ(kind_of(loaded), ProblemKind::vault_damaged);
            return;
        }
        for (const AccountRecord& record : loaded->accounts) {
            EXPECT_EQ(record.settings, account(record.id).settings);
            const auto password = open_password(vault, record.id, record.version);
            if (password) {
                EXPECT_EQ(*password, password_of(record.id));
            }
        }
        const std::size_t missed = accounts - loaded->accounts.size();
        if (missed > 0 && missed < accounts) ++pages_that_cost_some;
        if (missed == accounts) ++pages_that_cost_all;
        for (const std::string& id : loaded->damaged) {
            EXPECT_THAT(id, testing::StartsWith("account-"));
        }
    }

    VaultDirectory directory;
    mutable std::size_t pages_that_cost_some = 0;
    mutable std::size_t pages_that_cost_all = 0;
};

TEST_F(DamagedPages, CostOnlyWhatIsOnThem) {
    const std::string whole = bytes_in(directory.file());
    const std::size_t pages = whole.size() / page_bytes;
    ASSERT_GT(pages, 10);
    std::size_t opened = 0;
    for (std::size_t page = 0; page < pages; ++page) {
        SCOPED_TRACE(page);
        overwrite_page(page);
        if (auto vault = Vault::open(directory.options())) {
            ++opened;
            expect_honest(**vault);
        } else {
            EXPECT_EQ(kind_of(vault), ProblemKind::vault_damaged) << vault.error().detail;
        }
        std::ofstream(directory.file(), std::ios::binary) << whole;
    }
    EXPECT_GT(opened, pages / 2);
    EXPECT_GE(pages_that_cost_some, 5);
    EXPECT_LE(pages_that_cost_all, 1);  // the table's root
}

TEST_F(DamagedPages, StopAllWritingAndSayWhy) {
    std::size_t refused = 0;
    const std::string whole = bytes_in(directory.file());
    for (std::size_t page = 1; page < whole.size() / page_bytes; ++page) {
        overwrite_page(page);
        const std::string before = bytes_in(directory.file());
        auto vault = Vault::open(directory.options());
        if (vault && (*vault)->damage()) {
            EXPECT_FALSE((*vault)->writable());
            EXPECT_EQ(kind_of(create(**vault, "new")), ProblemKind::vault_damaged);
            EXPECT_EQ(kind_of(remove(**vault, "account-1")), ProblemKind::vault_damaged);
            vault->reset();
            EXPECT_TRUE(bytes_in(directory.file()) == before);
            ++refused;
        }
        std::ofstream(directory.file(), std::ios::binary) << whole;
    }
    EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace gatepost::vault
