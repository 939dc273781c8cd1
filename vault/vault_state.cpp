#include "vault/vault_state.h"

namespace gatepost::vault {

// One statement, so that all of it is of the same moment.
Result<VaultState> read_vault_state(Connection& connection) {
    Statement select = connection.prepare(
        "SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM accounts), "
        "number, (SELECT count(*) FROM wrapping_keys WHERE active = 0), "
        "(SELECT count(*) FROM data_keys WHERE wrapping_key <> number AND EXISTS "
        "(SELECT 1 FROM wrapping_keys WHERE active = 0)) "
        "FROM wrapping_keys WHERE active = 1");
    Rows rows = select.with();
    auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return problem(ProblemKind::vault_damaged, "The vault has no wrapping key in use.");
    return VaultState{.schema = rows.integer(0),
                      .accounts = static_cast<std::uint64_t>(rows.integer(1)),
                      .wrapping_key = rows.integer(2),
                      .older_wrapping_keys = static_cast<std::uint64_t>(rows.integer(3)),
                      .keys_under_older = static_cast<std::uint64_t>(rows.integer(4))};
}

}  // namespace gatepost::vault
