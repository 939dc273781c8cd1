// Vaults that older versions wrote: each is kept as SQL, is brought to the newest schema, and gives
// everything that was in it.
#include "vault/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "old_vault.h"
#include "vault_directory.h"

namespace gatepost::vault {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// A directory with a vault that an older version wrote.
class OldVault : public testing::TestWithParam<int> {
  protected:
    OldVault() { make_old_vault(directory, GetParam()); }

    VaultDirectory directory;
};

TEST_P(OldVault, GivesItsAccountsAndCredentials) {
    const auto vault = directory.open();
    const auto loaded = vault->load_accounts();
    EXPECT_THAT(loaded->damaged, IsEmpty());
    ASSERT_THAT(loaded->accounts, SizeIs(old_accounts));
    for (const AccountRecord& record : loaded->accounts) {
        SCOPED_TRACE(record.id);
        EXPECT_EQ(record.settings, account(record.id).settings);
        EXPECT_EQ(record.problem, account(record.id).problem);
        EXPECT_EQ(record.labels, account(record.id).labels);
        EXPECT_EQ(record.version, record.id == "account-3" ? 2 : 1);
        EXPECT_EQ(*open_password(*vault, record.id, record.version),
                  password_of(record.id) + "-" + std::to_string(record.version - 1));
    }
}

TEST_P(OldVault, IsWrittenToAndReadAgain) {
    auto vault = directory.open();
    const AccountRecord record = vault->load_accounts()->accounts.front();
    ASSERT_TRUE(put(*vault, record, PutMode::replace));
    ASSERT_TRUE(create(*vault, "new"));
    vault.reset();
    vault = directory.open();
    EXPECT_THAT(vault->load_accounts()->accounts, SizeIs(old_accounts + 1));
    EXPECT_TRUE(open_password(*vault, record.id, record.version + 1));
}

TEST_P(OldVault, GivesItsDocuments) {
    const auto vault = directory.open();
    const auto document = vault->load_document("providers");
    ASSERT_TRUE(document);
    EXPECT_EQ(document->has_value(), GetParam() >= 2) << "they came with schema 2";
    if (*document) {
        EXPECT_EQ((*document)->text, "provider “ex”\n");
    }
    ASSERT_TRUE(put_document(*vault, {"providers", "new", 1}));
    EXPECT_EQ((**vault->load_document("providers")).text, "new");
}

INSTANTIATE_TEST_SUITE_P(Schemas, OldVault, testing::Range(1, static_cast<int>(newest_schema) + 1));

TEST(Migrating, TakesAnEmptyDatabaseToTheNewestSchemaInOneTransaction) {
    const VaultDirectory directory;
    const std::string file = (directory.path() / "empty.db").string();
    std::ofstream(file).flush();
    auto connection = Connection::open(file);
    ASSERT_TRUE(connection);
    EXPECT_EQ(*schema_state_of(*connection), SchemaState::empty);
    {
        auto transaction = Transaction::begin(*connection);
        ASSERT_TRUE(transaction);
        ASSERT_TRUE(migrate(*connection));
    }
    EXPECT_EQ(*schema_state_of(*connection), SchemaState::empty) << "it was rolled back";
    auto transaction = Transaction::begin(*connection);
    ASSERT_TRUE(migrate(*connection));
    ASSERT_TRUE(transaction->commit());
    EXPECT_EQ(*schema_state_of(*connection), SchemaState::current);
}

}  // namespace
}  // namespace gatepost::vault
