// A vault's database with its keys and nothing else, for tests of what lies under the vault.
#pragma once

#include <fstream>

#include "vault/key_ring.h"
#include "vault/schema.h"
#include "vault_directory.h"

namespace gatepost::vault {

struct EmptyVault {
    EmptyVault() {
        if (!migrate(connection)) throw std::runtime_error("migrate");
        ring = std::move(*KeyRing::create(connection, root));
    }

    static Connection open(const VaultDirectory& directory) {
        const std::string path = (directory.path() / "vault.db").string();
        std::ofstream(path).close();
        return std::move(*Connection::open(path));
    }

    /// Stores the next wrapping key, and uses it.
    void add_wrapping_key(std::int64_t number) {
        const auto made = KeyRing::new_wrapping_key(number, root);
        connection.run("UPDATE wrapping_keys SET active = 0").value();
        connection.prepare("INSERT INTO wrapping_keys (number, active, wrapped) VALUES (?1, 1, ?2)")
            .with(number, BytesView(made.wrapped))
            .finish()
            .value();
        ring->activate(made);
    }

    VaultDirectory directory;
    std::unique_ptr<KeyArena> arena = std::move(*KeyArena::make());
    Key root = Key::random(*arena);
    Connection connection = open(directory);
    std::unique_ptr<KeyRing> ring;
};

/// True when both are the same key.
inline bool same(const Key& one, const Key& other) {
    return std::equal(one.bytes(), one.bytes() + Key::size, other.bytes());
}

}  // namespace gatepost::vault
