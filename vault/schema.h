// The database's schema: versions in their order, and the way from each to the next. Used when the
// vault is opened. The database may be anybody's, or newer than this program.
#pragma once

#include "core/result.h"
#include "vault/connection.h"

namespace gatepost::vault {

/// What this program writes.
extern const std::int64_t newest_schema;

enum class SchemaState { empty, current, older };

/// Fails with `configuration`: not a vault, or a newer one; with vault_damaged when it does not
/// read.
Result<SchemaState> schema_state_of(Connection& connection);

/// Brings an empty or older database to the newest schema. Within the caller's transaction.
Result<void> migrate(Connection& connection);

}  // namespace gatepost::vault
