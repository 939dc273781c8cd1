// The check of a whole vault: the file as SQLite sees it, the keys, every account, every document.
// Repairs nothing. On the vault's thread for long work; writers and readers go on meanwhile.
#pragma once

#include <atomic>

#include "core/result.h"
#include "vault/check_report.h"
#include "vault/tables.h"
#include "vault/vault.h"

namespace gatepost::vault {

/// @param root the vault's root key as it is to be had now, or why it is not: the keys are loaded
/// anew from
///     the database with it, as the next start would
/// @param keys what to go on with where that does not work
/// Fails with cancelled once `stopping` is set, and with vault_damaged where the disk fails.
Result<CheckReport> check_vault(Tables& tables, const Result<Key>& root, const KeyRing& keys,
                                const std::atomic<bool>& stopping, const ReportProgress& report);

}  // namespace gatepost::vault
