// The provider table's text form, written: what read_provider_text() reads back. Pure.
#pragma once

#include <string>
#include <string_view>

#include "discovery/provider_table.h"

namespace gatepost::discovery {

/// One line of words with single spaces, whatever stood between them; bytes that are no text are
/// replaced.
std::string words_of(std::string_view text);
/// An https URL that can stand in a line of words.
bool is_writable_url(std::string_view url);

/// The section of the entry, whose facts come from that origin. Where its OAuth is done is named,
/// and has to stand above; pages that no line can hold are left out.
std::string written(const ProviderEntry& entry, std::string_view origin);
/// The section `oauth-at`. The URLs are writable ones; an empty issuer is left out.
std::string written(const OAuthFacts& facts, std::string_view origin);

}  // namespace gatepost::discovery
