// The keys that are open while the vault is: wrapping keys, by which data keys are wrapped, and the
// key of the rows' tags. They are stored wrapped by the root key, which is needed only to open
// them. Immutable once made, so that all of the vault's threads may use it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "core/result.h"
#include "vault/bytes.h"
#include "vault/connection.h"
#include "vault/key_arena.h"

namespace gatepost::vault {

/// One account's key as it is stored.
struct WrappedDataKey {
    Bytes id;
    std::int64_t wrapping_key = 0;
    Bytes wrapped;
};

class KeyRing {
  public:
    /// Makes new keys and stores them. Within the caller's transaction, on an empty schema.
    static Result<KeyRing> create(Connection& connection, const Key& root);

    /// Fails with root_key when the vault was made with another root key.
    static Result<void> check_root(Connection& connection, const Key& root);
    /// Opens the stored keys, after check_root(). Fails with vault_damaged.
    static Result<KeyRing> load(Connection& connection, const Key& root);

    /// A new data key, which the active wrapping key wraps.
    struct NewDataKey {
        WrappedDataKey stored;
        Key key;
    };
    [[nodiscard]] NewDataKey new_data_key() const;
    /// Fails with vault_damaged.
    [[nodiscard]] Result<Key> data_key(const WrappedDataKey& stored) const;

    [[nodiscard]] const Key& tag_key() const { return tag_key_; }

  private:
    explicit KeyRing(Key tag_key) : tag_key_(std::move(tag_key)) {}

    Result<void> store(Connection& connection, const Key& root) const;
    Result<void> load_wrapping_keys(Connection& connection, const Key& root_wrapping);

    Key tag_key_;
    std::map<std::int64_t, Key> wrapping_keys_;
    std::int64_t active_ = 0;
};

}  // namespace gatepost::vault
