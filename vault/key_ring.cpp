#include "vault/key_ring.h"

#include <sodium.h>

#include <utility>

#include "vault/sealing.h"

namespace gatepost::vault {
namespace {

// The root key itself does nothing but give these. Stored: do not change existing values.
constexpr char root_context[crypto_kdf_CONTEXTBYTES + 1] = "gp-root1";
constexpr std::uint64_t wrapping_subkey = 1;
constexpr std::uint64_t check_subkey = 2;

constexpr std::size_t data_key_id_bytes = 16;

static_assert(Key::size == crypto_kdf_KEYBYTES);

Key subkey_of(const Key& root, std::uint64_t number) {
    Key subkey(root.arena());
    ::crypto_kdf_derive_from_key(subkey.bytes(), Key::size, number, root_context, root.bytes());
    return subkey;
}

constexpr Place tag_key_place{.purpose = Purpose::tag_key};

Place wrapping_key_place(std::int64_t number) {
    return {.purpose = Purpose::wrapping_key, .version = static_cast<std::uint64_t>(number)};
}

Place data_key_place(BytesView id, std::int64_t wrapping_key) {
    return {.purpose = Purpose::data_key,
            .record = record_id_of(id),
            .version = static_cast<std::uint64_t>(wrapping_key)};
}

Problem damaged_keys() {
    return problem(ProblemKind::vault_damaged,
                   "The vault's own keys are damaged: restore a backup of the database.");
}

}  // namespace

Result<KeyRing> KeyRing::create(Connection& connection, const Key& root) {
    KeyRing ring(Key::random(root.arena()));
    ring.active_ = 1;
    ring.wrapping_keys_.emplace(ring.active_, Key::random(root.arena()));
    if (auto stored = ring.store(connection, root); !stored) return stored.error();
    return ring;
}

Result<void> KeyRing::store(Connection& connection, const Key& root) const {
    const Key check = subkey_of(root, check_subkey);
    const Key wrapping = subkey_of(root, wrapping_subkey);
    Statement vault =
        connection.prepare("INSERT INTO vault (only, root_key_check, tag_key) VALUES (1, ?1, ?2)");
    const Bytes wrapped_tag_key = wrap(wrapping, tag_key_place, tag_key_);
    auto done =
        vault.with(BytesView(check.bytes(), Key::size), BytesView(wrapped_tag_key)).finish();
    if (!done) return done.error();
    Statement insert = connection.prepare(
        "INSERT INTO wrapping_keys (number, active, wrapped) VALUES (?1, ?2, ?3)");
    for (const auto& [number, key] : wrapping_keys_) {
        const Bytes wrapped = wrap(wrapping, wrapping_key_place(number), key);
        const std::int64_t active = number == active_ ? 1 : 0;
        done = insert.with(number, active, BytesView(wrapped)).finish();
        if (!done) return done.error();
    }
    return {};
}

Result<void> KeyRing::check_root(Connection& connection, const Key& root) {
    Statement select = connection.prepare("SELECT root_key_check FROM vault");
    Rows rows = select.with();
    auto row = rows.next();
    if (!row) return row.error();
    if (!*row || rows.blob(0).size() != Key::size) return damaged_keys();
    const Key check = subkey_of(root, check_subkey);
    if (::sodium_memcmp(check.bytes(), rows.blob(0).data(), Key::size) != 0) {
        return problem(ProblemKind::root_key,
                       "The root key is not the one that this vault was made with: put that one "
                       "back, from the copy that was kept.");
    }
    return {};
}

Result<KeyRing> KeyRing::load(Connection& connection, const Key& root) {
    const Key wrapping = subkey_of(root, wrapping_subkey);
    Statement select = connection.prepare("SELECT tag_key FROM vault");
    Rows rows = select.with();
    auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return damaged_keys();
    auto tag_key = unwrap(wrapping, tag_key_place, rows.blob(0));
    if (!tag_key) return damaged_keys();
    KeyRing ring(std::move(*tag_key));
    if (auto done = ring.load_wrapping_keys(connection, wrapping); !done) return done.error();
    return ring;
}

// One that does not open costs the accounts under it, not the others; the active one is needed.
Result<void> KeyRing::load_wrapping_keys(Connection& connection, const Key& root_wrapping) {
    Statement select = connection.prepare("SELECT number, active, wrapped FROM wrapping_keys");
    Rows rows = select.with();
    for (;;) {
        auto row = rows.next();
        if (!row) return row.error();
        if (!*row) break;
        const std::int64_t number = rows.integer(0);
        auto key = unwrap(root_wrapping, wrapping_key_place(number), rows.blob(2));
        if (!key) continue;
        wrapping_keys_.emplace(number, std::move(*key));
        if (rows.integer(1) == 1) active_ = number;
    }
    if (active_ == 0) return damaged_keys();
    return {};
}

KeyRing::NewDataKey KeyRing::new_data_key() const {
    Bytes id(data_key_id_bytes);
    ::randombytes_buf(id.data(), id.size());
    const Key& wrapping = wrapping_keys_.at(active_);
    Key key = Key::random(wrapping.arena());
    Bytes wrapped = wrap(wrapping, data_key_place(id, active_), key);
    return {{std::move(id), active_, std::move(wrapped)}, std::move(key)};
}

Result<Key> KeyRing::data_key(const WrappedDataKey& stored) const {
    const auto wrapping = wrapping_keys_.find(stored.wrapping_key);
    if (wrapping != wrapping_keys_.end()) {
        auto key = unwrap(wrapping->second, data_key_place(stored.id, stored.wrapping_key),
                          stored.wrapped);
        if (key) return std::move(*key);
    }
    return problem(ProblemKind::vault_damaged,
                   "The account's key is damaged: enter its credentials anew.");
}

}  // namespace gatepost::vault
