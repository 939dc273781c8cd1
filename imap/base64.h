// Base64 (RFC 4648 4), for SASL and for modified UTF-7. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/secret.h"

namespace gatepost::imap {

/// What goes over the wire in SASL is as secret as what it encodes.
Secret encode_base64(std::string_view bytes);

/// Padding may be left out, as modified UTF-7 does; nothing for any character outside the alphabet
/// and for bits left over that are not zero.
/// @param last the 64th character: '/', or ',' in modified UTF-7
std::optional<std::string> decode_base64(std::string_view text, char last = '/');

}  // namespace gatepost::imap
