// The placeholders of autoconfig files. Pure.
#pragma once

#include <string>
#include <string_view>

#include "discovery/address.h"

namespace gatepost::discovery {

/// The text with %EMAILADDRESS%, %EMAILLOCALPART% and %EMAILDOMAIN% replaced, and %REALNAME%, which
/// discovery does not know, removed. Replaced once: what is put in is not looked at again.
std::string fill_placeholders(std::string_view text, const Address& address);

}  // namespace gatepost::discovery
