// The keys that are open: which one wraps, which ones open, and what another root key changes.
#include "vault/key_ring.h"

#include <gtest/gtest.h>

#include "empty_vault.h"

namespace gatepost::vault {
namespace {

class KeyRings : public testing::Test {
  protected:
    EmptyVault vault;
    KeyRing& ring = *vault.ring;
};

TEST_F(KeyRings, NewDataKeysAreUnderTheActiveWrappingKey) {
    EXPECT_EQ(ring.new_data_key().stored.wrapping_key, 1);
    ring.activate(KeyRing::new_wrapping_key(2, vault.root));
    EXPECT_EQ(ring.active(), 2);
    EXPECT_EQ(ring.new_data_key().stored.wrapping_key, 2);
}

TEST_F(KeyRings, DataKeyUnderAnOlderWrappingKeyOpensUntilThatIsForgotten) {
    const auto made = ring.new_data_key();
    ring.activate(KeyRing::new_wrapping_key(2, vault.root));
    EXPECT_TRUE(ring.has_older());
    EXPECT_TRUE(same(*ring.data_key(made.stored), made.key));
    ring.forget(1);
    EXPECT_FALSE(ring.has_older());
    EXPECT_EQ(kind_of(ring.data_key(made.stored)), ProblemKind::vault_damaged);
}

TEST_F(KeyRings, ActiveWrappingKeyIsNeverForgotten) {
    ring.forget(1);
    const auto made = ring.new_data_key();
    EXPECT_TRUE(ring.data_key(made.stored));
}

TEST_F(KeyRings, RewrappedDataKeyIsTheSameKey) {
    const auto made = ring.new_data_key();
    ring.activate(KeyRing::new_wrapping_key(2, vault.root));
    const auto rewrapped = ring.rewrap(made.stored);
    ASSERT_TRUE(rewrapped);
    EXPECT_EQ(rewrapped->id, made.stored.id);
    EXPECT_EQ(rewrapped->wrapping_key, 2);
    EXPECT_NE(rewrapped->wrapped, made.stored.wrapped);
    ring.forget(1);
    EXPECT_TRUE(same(*ring.data_key(*rewrapped), made.key));
}

TEST_F(KeyRings, DamagedDataKeyIsNotRewrapped) {
    auto stored = ring.new_data_key().stored;
    stored.wrapped.back() ^= 1;
    EXPECT_EQ(kind_of(ring.rewrap(stored)), ProblemKind::vault_damaged);
}

TEST_F(KeyRings, AreLoadedWithTheOneThatIsActive) {
    const auto made = ring.new_data_key();
    vault.add_wrapping_key(2);
    const auto loaded = KeyRing::load(vault.connection, vault.root);
    ASSERT_TRUE(loaded);
    EXPECT_EQ((*loaded)->active(), 2);
    EXPECT_TRUE((*loaded)->has_older());
    EXPECT_TRUE(same(*(*loaded)->data_key(made.stored), made.key));
    EXPECT_TRUE(same((*loaded)->tag_key(), ring.tag_key()));
}

TEST_F(KeyRings, OpenWithTheNewRootKeyOnlyOnceItWasChanged) {
    const auto made = ring.new_data_key();
    vault.add_wrapping_key(2);
    const Key other = Key::random(*vault.arena);
    EXPECT_EQ(kind_of(KeyRing::check_root(vault.connection, other)), ProblemKind::root_key);
    ASSERT_TRUE(KeyRing::change_root(vault.connection, vault.root, other));

    EXPECT_EQ(kind_of(KeyRing::check_root(vault.connection, vault.root)), ProblemKind::root_key);
    EXPECT_FALSE(KeyRing::load(vault.connection, vault.root));
    ASSERT_TRUE(KeyRing::check_root(vault.connection, other));
    const auto loaded = KeyRing::load(vault.connection, other);
    ASSERT_TRUE(loaded);
    EXPECT_EQ((*loaded)->active(), 2);
    EXPECT_TRUE(same(*(*loaded)->data_key(made.stored), made.key));
    EXPECT_TRUE(same((*loaded)->tag_key(), ring.tag_key()));
}

// A wrapping key that is damaged costs the accounts under it, and not the change.
TEST_F(KeyRings, OtherRootKeyLeavesADamagedWrappingKeyAsItIs) {
    vault.add_wrapping_key(2);
    vault.connection.run("UPDATE wrapping_keys SET wrapped = zeroblob(73) WHERE number = 1")
        .value();
    const Key other = Key::random(*vault.arena);
    ASSERT_TRUE(KeyRing::change_root(vault.connection, vault.root, other));
    EXPECT_EQ((*KeyRing::load(vault.connection, other))->active(), 2);
    EXPECT_EQ(*vault.connection.integer(
                  "SELECT wrapped = zeroblob(73) FROM wrapping_keys WHERE number = 1"),
              1);
}

}  // namespace
}  // namespace gatepost::vault
