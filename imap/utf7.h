// Mailbox names in modified UTF-7 (RFC 3501 5.1.3). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatepost::imap {

/// "Reisepl&AOQ-ne" → "Reisepläne", in UTF-8. Nothing for what is not well-formed.
std::optional<std::string> decode_utf7(std::string_view name);

}  // namespace gatepost::imap
