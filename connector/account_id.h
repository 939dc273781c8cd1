// Account ids: opaque strings. Gatepost's own are random, so that they tell nothing and never come
// back; a caller may give its own.
#pragma once

#include <string>
#include <string_view>

namespace gatepost::connector {

/// 20 base32 characters (RFC 4648 6, lower case): 100 bits of the kernel's randomness.
std::string random_word();

/// "acc_" and a random word.
std::string new_account_id();

/// True for an id that a caller may give: [A-Za-z0-9._-]{1,64}.
bool is_account_id(std::string_view id);

}  // namespace gatepost::connector
