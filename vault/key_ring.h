// The keys that are open while the vault is: wrapping keys, by which data keys are wrapped, and the
// key of the rows' tags. They are stored wrapped by the root key, which is needed only to open
// them, and to add one. Used by all of the vault's threads; which wrapping keys there are changes
// with a rotation.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
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
    static Result<std::unique_ptr<KeyRing>> create(Connection& connection, const Key& root);

    /// Fails with root_key when the vault was made with another root key.
    static Result<void> check_root(Connection& connection, const Key& root);
    /// Opens the stored keys, after check_root(). Fails with vault_damaged.
    static Result<std::unique_ptr<KeyRing>> load(Connection& connection, const Key& root);
    /// Has another root key wrap what the old one wraps. Within the caller's transaction, after
    /// check_root() of the old one. Fails with vault_damaged.
    static Result<void> change_root(Connection& connection, const Key& old_root,
                                    const Key& new_root);

    /// A new data key, which the active wrapping key wraps.
    struct NewDataKey {
        WrappedDataKey stored;
        Key key;
    };
    [[nodiscard]] NewDataKey new_data_key() const;
    /// Fails with vault_damaged.
    [[nodiscard]] Result<Key> data_key(const WrappedDataKey& stored) const;

    /// The same data key under the active wrapping key. Fails with vault_damaged.
    [[nodiscard]] Result<WrappedDataKey> rewrap(const WrappedDataKey& stored) const;

    /// A wrapping key of that number, to be stored and then used.
    struct NewWrappingKey {
        std::int64_t number = 0;
        Bytes wrapped;  ///< by the root key
        std::shared_ptr<const Key> key;
    };
    static NewWrappingKey new_wrapping_key(std::int64_t number, const Key& root);
    /// From here on new data keys are under it. It is on the disk.
    void activate(const NewWrappingKey& made);
    /// Wipes an older one. Nobody reads what is under it any more.
    void forget(std::int64_t number);

    [[nodiscard]] std::int64_t active() const;
    /// True while there are older wrapping keys beside the active one: a rotation was begun, and
    /// has not come to its end.
    [[nodiscard]] bool has_older() const;

    /// Never changes.
    [[nodiscard]] const Key& tag_key() const { return tag_key_; }

  private:
    explicit KeyRing(Key tag_key) : tag_key_(std::move(tag_key)) {}

    Result<void> store(Connection& connection, const Key& root) const;
    Result<void> load_wrapping_keys(Connection& connection, const Key& root_wrapping);

    /// The wrapping key as long as somebody works with it; null when there is none.
    struct WrappingKey {
        std::int64_t number = 0;
        std::shared_ptr<const Key> key;
    };
    [[nodiscard]] WrappingKey active_key() const;
    [[nodiscard]] std::shared_ptr<const Key> wrapping_key(std::int64_t number) const;

    const Key tag_key_;
    mutable std::mutex mutex_;
    std::map<std::int64_t, std::shared_ptr<const Key>> wrapping_keys_;
    std::int64_t active_ = 0;
};

}  // namespace gatepost::vault
