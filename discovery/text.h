// Text of people and servers, which is UTF-8 or is not: read character by character, never trusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatepost::discovery {

/// Takes one character off the front (RFC 3629: shortest form, no surrogates, up to U+10FFFF).
/// Nothing, and the text as it was, when its first bytes are no UTF-8. The text must not be empty.
std::optional<char32_t> take_character(std::string_view& text);

bool is_utf8(std::string_view text);

/// The text, with U+FFFD for each byte that is no part of a character.
std::string valid_utf8(std::string_view text);

/// True for the control characters of ASCII.
bool is_control(char c);

/// The text as part of a URL (RFC 3986 2.3: everything but unreserved characters is encoded).
std::string percent_encoded(std::string_view text);

/// A-Z to a-z; other bytes stay.
std::string lower_case(std::string_view text);

/// Without ASCII white space at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace gatepost::discovery
