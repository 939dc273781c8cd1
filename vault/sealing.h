// Sealing: authenticated encryption of one field, bound to its place. What was sealed for one place
// opens nowhere else. Pure but for random nonces; used within vault/, from any thread. What is
// opened comes from the database and may be anything. docs/vault-format.md specifies the bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/secret.h"
#include "vault/bytes.h"
#include "vault/key_arena.h"

namespace gatepost::vault {

/// What a sealed field is for. Stored: do not change existing values.
enum class Purpose : std::uint8_t {
    wrapping_key = 1,  ///< wrapped by the root key
    tag_key = 2,       ///< wrapped by the root key
    data_key = 3,      ///< wrapped by a wrapping key
    account = 4,       ///< a field of an account, sealed by its data key
};

/// A record's id at a fixed width.
using RecordId = std::array<unsigned char, 32>;
RecordId record_id_of(BytesView id);

/// Where a sealed field belongs; its associated data.
struct Place {
    Purpose purpose;
    RecordId record{};
    std::uint16_t field = 0;
    std::uint64_t version = 0;
};

inline constexpr std::size_t nonce_bytes = 24;
inline constexpr std::size_t sealing_overhead = 1 + nonce_bytes + 16;  ///< format, nonce, tag

using Nonce = std::array<unsigned char, nonce_bytes>;

/// Seals with a random nonce.
Bytes seal(const Key& key, const Place& place, BytesView plain);
/// Seals with a nonce that was never used with the key before; for test vectors.
Bytes seal(const Key& key, const Place& place, BytesView plain, const Nonce& nonce);

/// The bytes that were sealed with this key for this place, or nothing.
std::optional<Secret> open(const Key& key, const Place& place, BytesView sealed);

/// The same for keys, which stay in their arena.
Bytes wrap(const Key& wrapping, const Place& place, const Key& key);
std::optional<Key> unwrap(const Key& wrapping, const Place& place, BytesView wrapped);

}  // namespace gatepost::vault
