// What a server can do, as its CAPABILITY lists it. Thousands of sessions are with servers that
// list the same, so the list of a session is shared. Used on a reactor's thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::imap {

/// In the server's order, upper case.
using Capabilities = std::vector<std::string>;

/// @param capability in upper case
bool has(const Capabilities& capabilities, std::string_view capability);

/// The list, shared with the sessions of this thread that have the same.
std::shared_ptr<const Capabilities> shared(Capabilities capabilities);

}  // namespace gatepost::imap
