// The root key's file: read once at the start, made by `gatepost vault init`. Its text can be
// copied and pasted, so that a copy can be kept elsewhere; a check in it tells a slip from a key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/secret.h"
#include "vault/key_arena.h"

namespace gatepost::vault {

/// Reads "file:/path", or "credential:NAME" from systemd's directory of credentials. Blocks. Fails
/// with root_key: missing, no regular file, somebody else's, readable by others, or malformed.
Result<Key> read_root_key(const std::string& source, KeyArena& arena);

/// "gatepost-root-key-1 " and base64 of the key with its check, and a newline.
Secret root_key_text_of(const Key& key);
/// Nothing unless the text is a root key's. White space around and within does not matter.
std::optional<Key> root_key_of(std::string_view text, KeyArena& arena);

}  // namespace gatepost::vault
