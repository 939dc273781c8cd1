// One command of a client that has not signed in, from bytes (RFC 3501 9). Pure. Fed by anyone who
// can reach imap.sock.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gatepost::daemon {

struct ImapCommand {
    enum class Reading {
        complete,
        incomplete,       ///< more bytes are needed
        awaits_go_ahead,  ///< the client waits for "+" before it sends a literal
        mistake,          ///< `size` bytes are to be skipped
        hopeless,         ///< where the next command begins cannot be told
    };
    Reading reading = Reading::incomplete;
    std::size_t size = 0;        ///< with all its lines and literals
    std::size_t literals = 0;    ///< how many began
    std::string tag;             ///< "*" where none could be read
    std::string name;            ///< upper case
    std::string user;            ///< of LOGIN
    std::string_view arguments;  ///< of other commands: the rest of the line, which outlives this
    std::string_view why;        ///< for a mistake
};

/// @param bytes what the client sent since the last command
ImapCommand read_command(std::string_view bytes);

}  // namespace gatepost::daemon
