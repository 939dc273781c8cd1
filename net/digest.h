// Digests of public bytes. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gatepost::net {

/// The SHA-256 of the bytes in base64 (RFC 4648 4, padded).
std::string sha256_base64(std::string_view bytes);

}  // namespace gatepost::net
