#include "net/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <stdexcept>

namespace gatepost::net {
namespace {

// Four characters for each three bytes, and OpenSSL's final NUL.
constexpr std::size_t base64_bytes = (SHA256_DIGEST_LENGTH + 2) / 3 * 4 + 1;

}  // namespace

std::string sha256_base64(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    if (::EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, ::EVP_sha256(), nullptr) !=
        1) {
        throw std::runtime_error("SHA-256 failed");
    }
    std::array<unsigned char, base64_bytes> text{};
    const int size = ::EVP_EncodeBlock(text.data(), digest.data(), SHA256_DIGEST_LENGTH);
    return {text.begin(), text.begin() + size};
}

}  // namespace gatepost::net
