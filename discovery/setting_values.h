// The values of settings as documents spell them: read, or turned down. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "discovery/address.h"

namespace gatepost::discovery {

/// A decimal number from 1 to 65535, and nothing else.
std::optional<std::uint16_t> port_of(std::string_view text);

/// The host name in the text, with the address's placeholders filled in, as the DNS has it. Nothing
/// when it is none.
std::optional<std::string> host_name_of(std::string_view text, const Address& address);

/// The user name in the text, with the address's placeholders filled in. Nothing when nobody could
/// sign in by it: empty, too long, no UTF-8, with control characters, or a template that somebody
/// has left unfilled ("%USERNAME%", "{{ user }}", "$user").
std::optional<std::string> user_name_of(std::string_view text, const Address& address);

/// The text as it is shown: without white space around it, and cut to a bound.
std::string shown_text(std::string_view text);

}  // namespace gatepost::discovery
