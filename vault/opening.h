// Opening a vault: everything that is checked before the first account is read, in the order in
// which it must be. Blocks.
#pragma once

#include <memory>
#include <optional>

#include "vault/connection.h"
#include "vault/files.h"
#include "vault/key_arena.h"
#include "vault/key_ring.h"
#include "vault/vault.h"

namespace gatepost::vault {

struct OpenedVault {
    VaultFile file;
    std::unique_ptr<KeyArena> arena;  ///< outlives the keys
    std::unique_ptr<KeyRing> keys;
    Connection connection;
    std::optional<Problem> damage;  ///< what quick_check found
    bool root_key_changed = false;
};

/// As Vault::open says.
Result<OpenedVault> open_vault(const VaultOptions& options);

}  // namespace gatepost::vault
