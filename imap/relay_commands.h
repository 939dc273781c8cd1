// Which commands and capabilities a lease has: what a client of imap.sock may send on to the
// provider and what it is offered. Pure tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatepost::imap {

/// True for commands (upper case) that are not passed on: they sign in, or change a session in a
/// way that cannot be taken back before the next client has it.
bool is_unavailable_in_a_lease(std::string_view command);

/// The provider's capabilities that hold in a lease, as CAPABILITY lists them, IMAP4rev1 first.
std::string capabilities_in_a_lease(const std::vector<std::string>& capabilities);

}  // namespace gatepost::imap
