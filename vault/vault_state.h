// The vault as a whole, counted. Used on the vault's own threads.
#pragma once

#include "vault/connection.h"
#include "vault/vault.h"

namespace gatepost::vault {

/// Looks at every row, which takes milliseconds for 100,000. Fails with vault_damaged.
Result<VaultState> read_vault_state(Connection& connection);

}  // namespace gatepost::vault
