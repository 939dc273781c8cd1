// What a client of imap.sock is told when it asks for a session: that it has one, or why not
// (RFC 5530 codes). Pure. Words of providers end up in these lines, so they are made harmless here.
#pragma once

#include <string>
#include <string_view>

#include "core/problem.h"

namespace gatepost::imap {

/// "TAG OK [CAPABILITY …] Signed in".
/// @param capabilities as capabilities_in_a_lease() lists them
std::string signed_in_answer(std::string_view tag, std::string_view capabilities);

/// "TAG NO [UNAVAILABLE] reason", or the code that fits: AUTHENTICATIONFAILED, INUSE.
std::string turned_away_answer(std::string_view tag, const Problem& reason);

/// "* BYE reason": the session ends without the client's wish.
std::string bye_line(std::string_view reason);

}  // namespace gatepost::imap
