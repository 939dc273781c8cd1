// The accounts in the database: what the vault's operations do to its rows, and how their
// credentials are sealed and opened. Belongs to its connection's thread; writes are within the
// caller's transaction.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "vault/account_row.h"
#include "vault/connection.h"
#include "vault/key_ring.h"
#include "vault/vault.h"

namespace gatepost::vault {

class AccountTable {
  public:
    /// Both outlive the table.
    AccountTable(Connection& connection, const KeyRing& keys);

    /// As Vault::put_account; answers the record with its new version.
    Result<AccountRecord> put(AccountRecord record, PutMode mode,
                              const std::optional<Secret>& credential);
    /// As Vault::remove_account.
    Result<void> remove(const std::string& id);
    /// As Vault::open_credential.
    Result<Secret> open_credential(const std::string& id, std::uint64_t version);
    /// As Vault::load_accounts. Where pages are damaged, what lies around them is still found.
    Result<Vault::Loaded> load();

  private:
    Result<std::optional<AccountRow>> find(const std::string& id);
    Result<void> check_free(const AccountRecord& record);
    Result<AccountRecord> create(AccountRecord record, const std::optional<Secret>& credential);
    Result<AccountRecord> replace(AccountRecord record, const std::optional<Secret>& credential);
    /// Makes a data key for the account's version, and seals the credential with it.
    Result<StoredCredential> store_credential(const AccountRecord& record,
                                              const std::optional<Secret>& credential);
    Result<void> remove_data_key(const Bytes& id);

    /// Adds the rows that a query gives, but those seen; fails where it meets a damaged page.
    Result<void> load_rows(Statement& select, const std::set<std::string>& seen,
                           Vault::Loaded& loaded);
    void load_around_damage(Vault::Loaded& loaded);
    std::set<std::string> ids_in_index();

    Connection& connection_;
    const KeyRing& keys_;
    Statement select_, select_by_address_, select_credential_;
    Statement insert_, update_, delete_, delete_data_key_, insert_data_key_;
};

}  // namespace gatepost::vault
