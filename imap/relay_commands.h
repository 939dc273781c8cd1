// Which commands and capabilities a lease has: what a client of imap.sock may send on to the
// provider and what it is offered. Pure tables.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::imap {

/// True for commands (upper case) that are not passed on: they sign in, or change a session in a
/// way that cannot be taken back before the next client has it.
bool is_unavailable_in_a_lease(std::string_view command);

/// True for words (upper case) that, anywhere in a command, switch something on for the rest of the
/// session: CONDSTORE (RFC 7162 3.1), after which every FETCH response has a MODSEQ that clients
/// who have not asked for it need not understand.
bool outlasts_the_lease(std::string_view word);

/// In bytes; a longer word is none of them.
inline constexpr std::size_t max_outlasting_word = 14;

/// The provider's capabilities that hold in a lease, as CAPABILITY lists them, IMAP4rev1 first.
std::string capabilities_in_a_lease(const std::vector<std::string>& capabilities);

}  // namespace gatepost::imap
