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

std::shared_ptr<const Key> shared(Key key) {
    return std::make_shared<const Key>(std::move(key));
}

Problem damaged_keys() {
    return problem(ProblemKind::vault_damaged,
                   "The vault's own keys are damaged: restore a backup of the database.");
}

Result<Key> load_tag_key(Connection& connection, const Key& root_wrapping) {
    Statement select = connection.prepare("SELECT tag_key FROM vault");
    Rows rows = select.with();
    auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return damaged_keys();
    auto tag_key = unwrap(root_wrapping, tag_key_place, rows.blob(0));
    if (!tag_key) return damaged_keys();
    return std::move(*tag_key);
}

Result<std::map<std::int64_t, Bytes>> wrapping_keys_in(Connection& connection) {
    Statement select = connection.prepare("SELECT number, wrapped FROM wrapping_keys");
    Rows rows = select.with();
    std::map<std::int64_t, Bytes> stored;
    const auto done = rows.each([&] { stored.emplace(rows.integer(0), rows.bytes(1)); });
    if (!done) return done.error();
    return stored;
}

}  // namespace

Result<std::unique_ptr<KeyRing>> KeyRing::create(Connection& connection, const Key& root) {
    std::unique_ptr<KeyRing> ring(new KeyRing(Key::random(root.arena())));
    ring->active_ = 1;
    ring->wrapping_keys_.emplace(ring->active_, shared(Key::random(root.arena())));
    if (auto stored = ring->store(connection, root); !stored) return stored.error();
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
        const Bytes wrapped = wrap(wrapping, wrapping_key_place(number), *key);
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

Result<std::unique_ptr<KeyRing>> KeyRing::load(Connection& connection, const Key& root) {
    const Key wrapping = subkey_of(root, wrapping_subkey);
    auto tag_key = load_tag_key(connection, wrapping);
    if (!tag_key) return tag_key.error();
    std::unique_ptr<KeyRing> ring(new KeyRing(std::move(*tag_key)));
    if (auto done = ring->load_wrapping_keys(connection, wrapping); !done) return done.error();
    return ring;
}

// One that does not open costs the accounts under it, not the others; the active one is needed.
Result<void> KeyRing::load_wrapping_keys(Connection& connection, const Key& root_wrapping) {
    Statement select = connection.prepare("SELECT number, active, wrapped FROM wrapping_keys");
    Rows rows = select.with();
    const auto done = rows.each([&] {
        const std::int64_t number = rows.integer(0);
        auto key = unwrap(root_wrapping, wrapping_key_place(number), rows.blob(2));
        if (!key) return;
        wrapping_keys_.emplace(number, shared(std::move(*key)));
        if (rows.integer(1) == 1) active_ = number;
    });
    if (!done) return done;
    if (active_ == 0) return damaged_keys();
    return {};
}

// Those that do not open are left as they are: they would not open under the old one either.
Result<void> KeyRing::change_root(Connection& connection, const Key& old_root,
                                  const Key& new_root) {
    const Key old_wrapping = subkey_of(old_root, wrapping_subkey);
    const Key new_wrapping = subkey_of(new_root, wrapping_subkey);
    const auto tag_key = load_tag_key(connection, old_wrapping);
    if (!tag_key) return tag_key.error();
    const Key check = subkey_of(new_root, check_subkey);
    const Bytes wrapped_tag_key = wrap(new_wrapping, tag_key_place, *tag_key);
    auto done = connection.prepare("UPDATE vault SET root_key_check = ?1, tag_key = ?2")
                    .with(BytesView(check.bytes(), Key::size), BytesView(wrapped_tag_key))
                    .finish();
    if (!done) return done.error();
    auto stored = wrapping_keys_in(connection);
    if (!stored) return stored.error();
    Statement update =
        connection.prepare("UPDATE wrapping_keys SET wrapped = ?2 WHERE number = ?1");
    for (const auto& [number, wrapped] : *stored) {
        const auto key = unwrap(old_wrapping, wrapping_key_place(number), wrapped);
        if (!key) continue;
        const Bytes rewrapped = wrap(new_wrapping, wrapping_key_place(number), *key);
        done = update.with(number, BytesView(rewrapped)).finish();
        if (!done) return done.error();
    }
    return {};
}

KeyRing::NewDataKey KeyRing::new_data_key() const {
    const WrappingKey active = active_key();
    Bytes id(data_key_id_bytes);
    ::randombytes_buf(id.data(), id.size());
    Key key = Key::random(active.key->arena());
    Bytes wrapped = wrap(*active.key, data_key_place(id, active.number), key);
    return {{std::move(id), active.number, std::move(wrapped)}, std::move(key)};
}

Result<Key> KeyRing::data_key(const WrappedDataKey& stored) const {
    if (const auto wrapping = wrapping_key(stored.wrapping_key)) {
        auto key =
            unwrap(*wrapping, data_key_place(stored.id, stored.wrapping_key), stored.wrapped);
        if (key) return std::move(*key);
    }
    return problem(ProblemKind::vault_damaged,
                   "The account's key is damaged: enter its credentials anew.");
}

Result<WrappedDataKey> KeyRing::rewrap(const WrappedDataKey& stored) const {
    const auto key = data_key(stored);
    if (!key) return key.error();
    const WrappingKey active = active_key();
    return WrappedDataKey{stored.id, active.number,
                          wrap(*active.key, data_key_place(stored.id, active.number), *key)};
}

KeyRing::NewWrappingKey KeyRing::new_wrapping_key(std::int64_t number, const Key& root) {
    auto key = shared(Key::random(root.arena()));
    const Key wrapping = subkey_of(root, wrapping_subkey);
    Bytes wrapped = wrap(wrapping, wrapping_key_place(number), *key);
    return {number, std::move(wrapped), std::move(key)};
}

void KeyRing::activate(const NewWrappingKey& made) {
    const std::lock_guard lock(mutex_);
    wrapping_keys_.emplace(made.number, made.key);
    active_ = made.number;
}

void KeyRing::forget(std::int64_t number) {
    const std::lock_guard lock(mutex_);
    if (number != active_) wrapping_keys_.erase(number);
}

std::int64_t KeyRing::active() const {
    return active_key().number;
}

bool KeyRing::has_older() const {
    const std::lock_guard lock(mutex_);
    return wrapping_keys_.size() > 1;
}

KeyRing::WrappingKey KeyRing::active_key() const {
    const std::lock_guard lock(mutex_);
    return {active_, wrapping_keys_.at(active_)};
}

std::shared_ptr<const Key> KeyRing::wrapping_key(std::int64_t number) const {
    const std::lock_guard lock(mutex_);
    const auto found = wrapping_keys_.find(number);
    return found != wrapping_keys_.end() ? found->second : nullptr;
}

}  // namespace gatepost::vault
