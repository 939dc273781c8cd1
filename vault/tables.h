// A connection and the tables on it: what the writer has one of, and the reader another.
#pragma once

#include <memory>
#include <string>

#include "vault/account_table.h"
#include "vault/connection.h"
#include "vault/document_table.h"
#include "vault/key_ring.h"
#include "vault/key_table.h"

namespace gatepost::vault {

struct Tables {
    Tables(Connection opened, const KeyRing& ring)
        : connection(std::move(opened)),
          accounts(connection, ring),
          documents(connection, ring),
          keys(connection) {}
    Tables(const Tables&) = delete;
    Tables& operator=(const Tables&) = delete;

    /// On a vault that was accepted as ours. The ring outlives the tables.
    static Result<std::unique_ptr<Tables>> open(const std::string& path, const KeyRing& ring);

    Connection connection;
    AccountTable accounts;
    DocumentTable documents;
    KeyTable keys;
};

}  // namespace gatepost::vault
