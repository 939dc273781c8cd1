// An account as a row of the table: the record's columns, its credential's, and the tag over both.
// Used by account_table only. What is read comes from the database and may be anything.
#pragma once

#include <optional>

#include "vault/bytes.h"
#include "vault/key_arena.h"
#include "vault/sealing.h"
#include "vault/statement.h"
#include "vault/vault.h"

namespace gatepost::vault {

/// What belongs to the credential in an account's row.
struct StoredCredential {
    Bytes data_key;  ///< its id
    /// The account's version when the credential was stored, and part of its place: it stays while
    /// other things change. None: the account has no credential.
    std::optional<std::int64_t> version;
    std::optional<Bytes> sealed;
};

struct AccountRow {
    AccountRecord record;
    StoredCredential credential;
};

/// Where the credential of an account is sealed to, by the version that it was stored with.
Place credential_place(std::string_view account, std::uint64_t version);

/// The columns in the order that both functions below mean, the tag last; and their parameters.
inline constexpr int account_column_count = 21;
extern const char* const account_columns;
extern const char* const account_parameters;

/// Runs a statement whose ?1 … are the columns.
Result<void> write_row(Statement& statement, const AccountRow& row, const Key& tag_key);

/// The row, or nothing when it is not as it was written.
std::optional<AccountRow> read_row(const Rows& rows, const Key& tag_key);

}  // namespace gatepost::vault
