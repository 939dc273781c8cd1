// Making a provider's words fit to be kept, shown and logged: bounded, valid UTF-8, no control
// characters that could forge a log line or steer a terminal. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost::imap {

/// Control characters become spaces, bytes that are no UTF-8 become U+FFFD; at most `limit` bytes,
/// cut between characters.
std::string printable(std::string_view text, std::size_t limit);

/// Appends the code point, which is a scalar value, in UTF-8.
void append_utf8(std::string& text, char32_t code_point);

}  // namespace gatepost::imap
