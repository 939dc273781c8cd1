// Named documents in the database: text in the clear that Gatepost acts on, such as an imported
// provider table. Each row is tagged like an account's, since what a document says decides where
// passwords go. Belongs to its connection's thread; writes are within the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vault/connection.h"
#include "vault/key_ring.h"
#include "vault/vault.h"

namespace gatepost::vault {

/// Fails with bad_request (a name or a text that is not UTF-8, fact `field`) or too_large.
Result<void> check_storable(const Document& document);

class DocumentTable {
  public:
    /// Both outlive the table.
    DocumentTable(Connection& connection, const KeyRing& keys);

    /// As Vault::put_document.
    Result<void> put(const Document& document);
    /// As Vault::remove_document.
    Result<void> remove(const std::string& name);
    /// As Vault::load_document.
    Result<std::optional<Document>> load(const std::string& name);
    /// Of all that are stored; a damaged one may be any bytes.
    Result<std::vector<std::string>> names();

  private:
    const KeyRing& keys_;
    Statement select_, select_names_, upsert_, delete_;
};

}  // namespace gatepost::vault
