// An e-mail address as a person types it, checked and brought into the form that is asked for.
// Fed by anyone who can reach the API or a connect page.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace gatepost::discovery {

struct Address {
    std::string text;    ///< local part as given, '@', domain as A-label in lower case
    std::string local;   ///< before the last '@'
    std::string domain;  ///< A-label (UTS 46, IDNA2008), lower case, no final dot; a host name
};

/// Trims, checks (RFC 5321 lengths; no address literals, quoted local parts, control characters)
/// and normalises. Fails with invalid_address and a detail that says which rule was broken.
Result<Address> parse_address(std::string_view text);

}  // namespace gatepost::discovery
