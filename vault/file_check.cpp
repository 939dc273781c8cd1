#include <utility>

#include "vault/check.h"
#include "vault/files.h"
#include "vault/root_key.h"
#include "vault/schema.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;

Problem unusable(const fs::path& file, const std::string& why) {
    return problem(ProblemKind::configuration, file.string() + " " + why);
}

Result<Connection> open_file(const fs::path& file) {
    std::error_code error;
    const fs::path path = fs::canonical(file, error);
    if (error) return unusable(file, "cannot be opened: " + words_of(error.value()) + ".");
    return Connection::open(path.string());
}

Result<void> check_schema(Connection& connection, const fs::path& file) {
    const auto state = schema_state_of(connection);
    if (!state) return state.error();
    switch (*state) {
        case SchemaState::empty:
            return unusable(file, "is empty.");
        case SchemaState::older:
            return unusable(file,
                            "was written by an older Gatepost. It can be restored; check it once "
                            "gatepostd has opened it.");
        case SchemaState::current:
            return {};
    }
    return {};
}

}  // namespace

Result<CheckReport> check_vault_file(const VaultOptions& options) {
    const auto arena = KeyArena::make();
    if (!arena) return arena.error();
    const auto root = read_root_key(options.root_key, **arena);
    if (!root) return root.error();
    auto connection = open_file(options.file);
    if (!connection) return connection.error();
    if (auto known = check_schema(*connection, options.file); !known) return known.error();
    if (auto right = KeyRing::check_root(*connection, *root); !right) return right.error();
    const auto keys = KeyRing::load(*connection, *root);
    if (!keys) return keys.error();
    Tables tables(std::move(*connection), **keys);
    const std::atomic<bool> stopping = false;
    return check_vault(tables, root, **keys, stopping, [](Progress) {});
}

}  // namespace gatepost::vault
