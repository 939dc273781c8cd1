#include "vault/opening.h"

#include <utility>

#include "vault/root_key.h"
#include "vault/schema.h"

namespace gatepost::vault {
namespace {

// A restored database may have come without it.
Result<void> use_write_ahead_log(Connection& connection) {
    const auto mode = connection.text("PRAGMA journal_mode = WAL");
    if (!mode) return mode.error();
    if (*mode == "wal") return {};
    return problem(ProblemKind::configuration,
                   "The vault's file system cannot keep a write-ahead log: use a local disk.");
}

// Schema and keys come in one transaction: a vault without its keys is never on the disk. A kill
// before it leaves an empty file, which counts as none.
Result<std::unique_ptr<KeyRing>> create(Connection& connection, const Key& root) {
    if (auto done = use_write_ahead_log(connection); !done) return done.error();
    auto transaction = Transaction::begin(connection);
    if (!transaction) return transaction.error();
    if (auto done = migrate(connection); !done) return done.error();
    auto keys = KeyRing::create(connection, root);
    if (!keys) return keys.error();
    if (auto done = transaction->commit(); !done) return done.error();
    return keys;
}

// What is wrong with the file as a whole, if anything is. A page that the disk does not give counts
// too: what lies beside it is still worth serving.
std::optional<Problem> quick_check(Connection& connection) {
    const auto words = connection.text("PRAGMA quick_check(1)");
    if (words && *words == "ok") return std::nullopt;
    const std::string detail = words ? *words : words.error().detail;
    return problem(ProblemKind::vault_damaged,
                   "The vault's database is damaged (" + detail +
                       "). What can be read is served, and nothing is written: restore a backup.")
        .with("reason", "corrupt");
}

Result<void> upgrade(Connection& connection) {
    auto transaction = Transaction::begin(connection);
    if (!transaction) return transaction.error();
    if (auto done = migrate(connection); !done) return done.error();
    return transaction->commit();
}

struct Checked {
    std::unique_ptr<KeyRing> keys;
    std::optional<Problem> damage;
    bool root_key_changed = false;
};

/// The root keys that the operator names; the previous one is read only where it is needed.
struct RootKeys {
    Key root;
    const std::string& previous_source;
    KeyArena& arena;
};

/// Nothing where the vault opens with the root key itself; else the previous one, which it opens
/// with. Fails with root_key where it opens with neither.
Result<std::optional<Key>> needed_previous_key(Connection& connection, const RootKeys& given) {
    const auto right = KeyRing::check_root(connection, given.root);
    if (right) return std::optional<Key>();
    if (right.error().kind != ProblemKind::root_key || given.previous_source.empty()) {
        return right.error();
    }
    auto previous = read_root_key(given.previous_source, given.arena);
    if (!previous) return previous.error();
    if (!KeyRing::check_root(connection, *previous)) {
        return problem(ProblemKind::root_key,
                       "Neither the root key nor the previous one is the one that this vault was "
                       "made with: put that one back, from the copy that was kept.");
    }
    return std::optional(std::move(*previous));
}

// All or nothing, so that at any moment the one or the other root key opens the vault.
Result<void> change_root(Connection& connection, const Key& from, const Key& to) {
    auto transaction = Transaction::begin(connection);
    if (!transaction) return transaction.error();
    if (auto done = KeyRing::change_root(connection, from, to); !done) return done.error();
    return transaction->commit();
}

Result<Checked> check(Connection& connection, SchemaState state, const RootKeys& given) {
    const auto previous = needed_previous_key(connection, given);
    if (!previous) return previous.error();
    auto damage = quick_check(connection);
    if (!damage) {
        if (auto done = use_write_ahead_log(connection); !done) return done.error();
    }
    if (state == SchemaState::older) {
        if (damage) return *damage;
        if (auto done = upgrade(connection); !done) return done.error();
    }
    const bool changes = *previous && !damage;
    if (changes) {
        auto done = change_root(connection, **previous, given.root);
        if (!done) return done.error();
    }
    auto keys = KeyRing::load(connection, *previous && damage ? **previous : given.root);
    if (!keys) return keys.error();
    // Where a kill came between a key's end and the emptying of the log, which still has it.
    if (!damage) connection.empty_log();
    return Checked{std::move(*keys), std::move(damage), changes};
}

Result<Checked> create_or_check(Connection& connection, const RootKeys& given) {
    const auto state = schema_state_of(connection);
    if (!state) return state.error();
    if (*state != SchemaState::empty) return check(connection, *state, given);
    auto keys = create(connection, given.root);
    if (!keys) return keys.error();
    return Checked{std::move(*keys), std::nullopt};
}

}  // namespace

Result<OpenedVault> open_vault(const VaultOptions& options) {
    auto arena = KeyArena::make();
    if (!arena) return arena.error();
    // First of all, so that without it nothing is made or touched; wiped when this returns.
    auto root = read_root_key(options.root_key, **arena);
    if (!root) return root.error();
    const RootKeys given{std::move(*root), options.previous_root_key, **arena};
    auto file = prepare_vault_file(options.file);
    if (!file) return file.error();
    auto connection = Connection::open(file->path.string());
    if (!connection) return connection.error();
    auto checked = create_or_check(*connection, given);
    if (!checked) return checked.error();
    return OpenedVault{std::move(*file),           std::move(*arena),
                       std::move(checked->keys),   std::move(*connection),
                       std::move(checked->damage), checked->root_key_changed};
}

}  // namespace gatepost::vault
