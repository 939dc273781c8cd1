// The wrapped keys in the database, as a rotation sees them. Belongs to its connection's thread;
// writes are within the caller's transaction.
#pragma once

#include <cstdint>
#include <vector>

#include "vault/connection.h"
#include "vault/key_ring.h"

namespace gatepost::vault {

class KeyTable {
  public:
    /// The connection outlives the table.
    explicit KeyTable(Connection& connection);

    /// A number that no wrapping key of this vault has.
    Result<std::int64_t> unused_number();
    /// Stores the wrapping key as the active one. Fails with internal where its number is taken.
    Result<void> add_wrapping_key(const KeyRing::NewWrappingKey& made);
    /// Removes those that are not active and wrap nothing, but never that one: their numbers.
    Result<std::vector<std::int64_t>> remove_unused_wrapping_keys(std::int64_t but);
    Result<std::uint64_t> count_older_wrapping_keys();

    /// Data keys under others than that wrapping key, by their ids, after the given one.
    Result<std::vector<WrappedDataKey>> under_others(std::int64_t wrapping_key, const Bytes& after,
                                                     std::int64_t limit);
    Result<std::uint64_t> count_under_others(std::int64_t wrapping_key);
    /// Puts the second in the place of the first, unless that is no longer what is stored.
    Result<void> replace(const WrappedDataKey& stored, const WrappedDataKey& by);

  private:
    Connection& connection_;
    Statement deactivate_, insert_, remove_unused_;
    Statement select_others_, count_others_, replace_;
};

}  // namespace gatepost::vault
