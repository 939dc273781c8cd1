// The wrapped keys as rows: what a rotation finds, replaces, and may remove.
#include "vault/key_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "empty_vault.h"

namespace gatepost::vault {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class KeyTables : public testing::Test {
  protected:
    WrappedDataKey insert_data_key() {
        WrappedDataKey made = vault.ring->new_data_key().stored;
        vault.connection
            .prepare("INSERT INTO data_keys (id, wrapping_key, wrapped) VALUES (?1, ?2, ?3)")
            .with(BytesView(made.id), made.wrapping_key, BytesView(made.wrapped))
            .finish()
            .value();
        return made;
    }

    /// What is stored under its id.
    Bytes wrapped(const WrappedDataKey& key) {
        Statement select = vault.connection.prepare("SELECT wrapped FROM data_keys WHERE id = ?1");
        Rows rows = select.with(BytesView(key.id));
        EXPECT_TRUE(rows.next().value());
        return {rows.blob(0).begin(), rows.blob(0).end()};
    }

    EmptyVault vault;
    KeyTable table{vault.connection};
};

TEST_F(KeyTables, GiveANumberThatIsNotUsed) {
    EXPECT_EQ(*table.unused_number(), 2);
    vault.add_wrapping_key(7);
    EXPECT_EQ(*table.unused_number(), 8);
}

TEST_F(KeyTables, HaveOneActiveWrappingKey) {
    ASSERT_TRUE(table.add_wrapping_key(KeyRing::new_wrapping_key(2, vault.root)));
    EXPECT_EQ((*KeyRing::load(vault.connection, vault.root))->active(), 2);
    EXPECT_EQ(*table.count_older_wrapping_keys(), 1);
}

TEST_F(KeyTables, GiveWhatIsUnderOthersInPieces) {
    for (int i = 0; i < 5; ++i)
        insert_data_key();
    vault.add_wrapping_key(2);
    insert_data_key();
    EXPECT_EQ(*table.count_under_others(2), 5);
    const auto first = table.under_others(2, {}, 3);
    ASSERT_EQ(first->size(), 3);
    EXPECT_LT(first->front().id, first->back().id);
    const auto second = table.under_others(2, first->back().id, 3);
    ASSERT_EQ(second->size(), 2);
    EXPECT_LT(first->back().id, second->front().id);
    EXPECT_THAT(*table.under_others(2, second->back().id, 3), IsEmpty());
}

TEST_F(KeyTables, ReplaceWhatIsStill) {
    const WrappedDataKey stored = insert_data_key();
    vault.add_wrapping_key(2);
    const WrappedDataKey by = *vault.ring->rewrap(stored);
    ASSERT_TRUE(table.replace(stored, by));
    EXPECT_EQ(wrapped(stored), by.wrapped);
}

TEST_F(KeyTables, StaleRotationDoesNotOverwriteSomethingNewer) {
    const WrappedDataKey stored = insert_data_key();
    vault.add_wrapping_key(2);
    const WrappedDataKey stale = *vault.ring->rewrap(stored);
    vault.add_wrapping_key(3);
    const WrappedDataKey newer = *vault.ring->rewrap(stored);
    ASSERT_TRUE(table.replace(stored, newer));
    ASSERT_TRUE(table.replace(stored, stale));
    EXPECT_EQ(wrapped(stored), newer.wrapped);
    EXPECT_EQ(*table.count_under_others(3), 0);
}

TEST_F(KeyTables, StaleRotationDoesNotBringARemovedKeyBack) {
    const WrappedDataKey stored = insert_data_key();
    vault.add_wrapping_key(2);
    const WrappedDataKey by = *vault.ring->rewrap(stored);
    vault.connection.run("DELETE FROM data_keys").value();
    ASSERT_TRUE(table.replace(stored, by));
    EXPECT_EQ(*vault.connection.integer("SELECT count(*) FROM data_keys"), 0);
}

TEST_F(KeyTables, RemoveOnlyWrappingKeysThatWrapNothing) {
    insert_data_key();
    vault.add_wrapping_key(2);
    vault.add_wrapping_key(3);
    EXPECT_THAT(*table.remove_unused_wrapping_keys(3), ElementsAre(2));
    EXPECT_EQ(*table.count_older_wrapping_keys(), 1);
    vault.connection.run("DELETE FROM data_keys").value();
    EXPECT_THAT(*table.remove_unused_wrapping_keys(1), IsEmpty()) << "which is still in use";
    EXPECT_THAT(*table.remove_unused_wrapping_keys(3), ElementsAre(1));
}

}  // namespace
}  // namespace gatepost::vault
