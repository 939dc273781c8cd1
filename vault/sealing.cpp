#include "vault/sealing.h"

#include <sodium.h>

namespace gatepost::vault {
namespace {

// XChaCha20-Poly1305-IETF with the associated data below.
constexpr unsigned char format_1 = 1;

constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(nonce_bytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(Key::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(sealing_overhead == 1 + nonce_bytes + tag_bytes);

// Format, purpose, field, record, version: every part at a fixed width, so that no two places meet.
constexpr std::size_t associated_bytes = 1 + 1 + 2 + sizeof(RecordId) + 8;
using AssociatedData = std::array<unsigned char, associated_bytes>;

template <class Integer>
unsigned char* put_big_endian(unsigned char* to, Integer value) {
    for (std::size_t i = sizeof(Integer); i-- > 0;) {
        *to++ = static_cast<unsigned char>(value >> (8 * i));
    }
    return to;
}

AssociatedData associated_data_of(const Place& place) {
    AssociatedData data;
    unsigned char* to = data.data();
    *to++ = format_1;
    *to++ = static_cast<unsigned char>(place.purpose);
    to = put_big_endian(to, place.field);
    to = std::copy(place.record.begin(), place.record.end(), to);
    put_big_endian(to, place.version);
    return data;
}

/// @param plain has room for what is sealed less sealing_overhead
bool open_to(unsigned char* plain, const Key& key, const Place& place, BytesView sealed) {
    if (sealed.size() < sealing_overhead || sealed[0] != format_1) return false;
    const AssociatedData data = associated_data_of(place);
    const BytesView nonce = sealed.subspan(1, nonce_bytes);
    const BytesView box = sealed.subspan(1 + nonce_bytes);
    return ::crypto_aead_xchacha20poly1305_ietf_decrypt(plain, nullptr, nullptr, box.data(),
                                                        box.size(), data.data(), data.size(),
                                                        nonce.data(), key.bytes()) == 0;
}

}  // namespace

RecordId record_id_of(BytesView id) {
    RecordId record;
    ::crypto_generichash(record.data(), record.size(), id.data(), id.size(), nullptr, 0);
    return record;
}

Bytes seal(const Key& key, const Place& place, BytesView plain) {
    Nonce nonce;
    ::randombytes_buf(nonce.data(), nonce.size());
    return seal(key, place, plain, nonce);
}

Bytes seal(const Key& key, const Place& place, BytesView plain, const Nonce& nonce) {
    Bytes sealed(plain.size() + sealing_overhead);
    sealed[0] = format_1;
    std::copy(nonce.begin(), nonce.end(), sealed.begin() + 1);
    const AssociatedData data = associated_data_of(place);
    ::crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + 1 + nonce_bytes, nullptr,
                                                 plain.data(), plain.size(), data.data(),
                                                 data.size(), nullptr, nonce.data(), key.bytes());
    return sealed;
}

std::optional<Secret> open(const Key& key, const Place& place, BytesView sealed) {
    if (sealed.size() < sealing_overhead) return std::nullopt;
    std::string plain(sealed.size() - sealing_overhead, '\0');
    if (!open_to(reinterpret_cast<unsigned char*>(plain.data()), key, place, sealed)) {
        return std::nullopt;
    }
    Secret secret = Secret::copy_of(plain);
    wipe(plain);
    return secret;
}

Bytes wrap(const Key& wrapping, const Place& place, const Key& key) {
    return seal(wrapping, place, {key.bytes(), Key::size});
}

std::optional<Key> unwrap(const Key& wrapping, const Place& place, BytesView wrapped) {
    if (wrapped.size() != Key::size + sealing_overhead) return std::nullopt;
    Key key(wrapping.arena());
    if (!open_to(key.bytes(), wrapping, place, wrapped)) return std::nullopt;
    return key;
}

}  // namespace gatepost::vault
