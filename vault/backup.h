// A backup: a copy of the vault as of one moment, made while others read and write. It opens as a
// vault with the same root key. Used on the vault's thread for long work; blocks. The path comes
// from the operator.
//
// By VACUUM INTO and not by SQLite's backup API: that one copies pages, free ones and leftovers
// with them, and begins anew whenever somebody writes. This one reads one snapshot, which no writer
// waits for, and writes what is stored and nothing else.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "core/result.h"
#include "vault/connection.h"
#include "vault/vault.h"

namespace gatepost::vault {

/// Writes the file, 0600, and answers its size in bytes. When this returns it is whole and on the
/// disk, or there is none. Fails with bad_request (not an absolute path, or nothing can be made
/// there; fact `field`), already_exists, vault_full (the file's disk), vault_damaged, or cancelled
/// (`stopping` was set, or the connection interrupted). Reports bytes: of the whole, at the end.
Result<std::uint64_t> write_backup(Connection& connection, const std::filesystem::path& file,
                                   const std::atomic<bool>& stopping, const ReportProgress& report);

}  // namespace gatepost::vault
