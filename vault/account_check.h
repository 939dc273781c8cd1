// What the vault takes: text that is UTF-8, and no more of it than a row should hold. Pure. Records
// come from the connector, and their words partly from callers and providers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vault/vault.h"

namespace gatepost::vault {

/// Valid UTF-8 without NUL, which is what SQLite and JSON take for text.
bool is_text(std::string_view text);

/// The text, or "(unreadable)": an id that is damaged may be any bytes.
std::string readable(std::string_view text);

/// Fails with bad_request (not text, fact `field`) or too_large.
Result<void> check_storable(const AccountRecord& record, const std::optional<Secret>& credential);

}  // namespace gatepost::vault
