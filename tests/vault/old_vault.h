// Vaults that older versions wrote, kept as SQL: schema_1.sql and so on.
#pragma once

#include "vault_directory.h"

namespace gatepost::vault {

/// How many accounts are in each: account-1 and so on, the third of version 2, with the password
/// "<password_of(id)>-<version - 1>".
inline constexpr std::size_t old_accounts = 4;

/// Makes one of that schema, with the root key that it opens with in place of the directory's.
void make_old_vault(const VaultDirectory& directory, int schema);

}  // namespace gatepost::vault
