// A connection and the tables on it: what the writer has one of, and the reader another.
#pragma once

#include <memory>
#include <string>

#include "vault/account_table.h"
#include "vault/connection.h"
#include "vault/document_table.h"
#include "vault/key_ring.h"

namespace gatepost::vault {

struct Tables {
    Tables(Connection opened, const KeyRing& keys)
        : connection(std::move(opened)), accounts(connection, keys), documents(connection, keys) {}
    Tables(const Tables&) = delete;
    Tables& operator=(const Tables&) = delete;

    /// On a vault that was accepted as ours. The keys outlive the tables.
    static Result<std::unique_ptr<Tables>> open(const std::string& path, const KeyRing& keys);

    Connection connection;
    AccountTable accounts;
    DocumentTable documents;
};

}  // namespace gatepost::vault
