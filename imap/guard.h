// Guard: what of a provider's responses libetpan may see. libetpan trusts its server: malformed
// response codes, deep nesting and empty flags crash it. So it is an allow-list: our own commands
// want two kinds of response, CAPABILITY and LIST, and each is rebuilt here from parts that are
// checked one by one. Response codes, FETCH, nesting of any depth and all else never reach
// libetpan. Fed by the session and the sign-in with responses that the framer has cut. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace gatepost::imap {

/// The whole response "* CAPABILITY ..." for libetpan.
/// @param words the capabilities, as they stand in a response or in a response code
/// Words that are no capability names are left out, and so are words beyond a bound; never fails.
std::string admit_capabilities(std::string_view words);

/// The whole response "* LIST (flags) delimiter mailbox" for libetpan, without extended data.
/// @param response as the framer yields it
/// Fails with protocol_violation for what is not well-formed.
Result<std::string> admit_mailbox(std::string_view response);

}  // namespace gatepost::imap
