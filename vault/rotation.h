// Rotation of the wrapping key: a new one, then every data key from under the older ones, then
// these are destroyed. What is done is in the data itself, so that a rotation that was interrupted
// anywhere goes on from there. On the vault's thread for long work; writes go through the writer, a
// batch at a time, so that nobody else who writes waits for long.
#pragma once

#include <atomic>

#include "core/result.h"
#include "vault/key_ring.h"
#include "vault/reader.h"
#include "vault/vault.h"
#include "vault/writer.h"

namespace gatepost::vault {

class Rotation {
  public:
    /// All outlive it.
    struct Parts {
        KeyRing& keys;
        Writer& writer;
        Reader& reader;  ///< that opens credentials
        const std::atomic<bool>& stopping;
    };
    /// @param tables of the calling thread
    Rotation(const Parts& parts, Tables& tables, ReportProgress report);

    /// Stores a new wrapping key, and has new data keys under it from then on. Fails as
    /// Vault::rotate().
    Result<void> begin(const Key& root);
    /// Brings all data keys under the active wrapping key, and destroys the others. Fails as
    /// Vault::rotate().
    Result<void> finish();

  private:
    Result<void> rewrap_all();
    /// Of a batch that is not empty, as much as nobody waits for: the last that was looked at.
    Result<const WrappedDataKey*> rewrap(const std::vector<WrappedDataKey>& batch);
    Result<void> destroy_older_keys();
    /// Waits until nobody reads what was stored before the last write, then wipes them.
    void forget(const std::vector<std::int64_t>& numbers);

    KeyRing& keys_;
    Writer& writer_;
    Reader& reader_;
    const std::atomic<bool>& stopping_;
    Tables& tables_;
    ReportProgress report_;
    Progress progress_;
    std::uint64_t damaged_ = 0;
};

}  // namespace gatepost::vault
