// `gatepost imap`: standard input and output become a signed-in IMAP session of imap.sock.
#pragma once

#include <chrono>
#include <string>

#include "core/result.h"

namespace gatepost::cli {

struct TunnelEnds {
    int in;   ///< what the client says
    int out;  ///< what it is told
};

struct TunnelPatience {
    /// For the opening; the daemon waits less for a session to become idle.
    std::chrono::milliseconds sign_in{70'000};
    /// Once the client has said its last word: how long nothing at all may come.
    std::chrono::milliseconds silence{30'000};
};

/// Signs in, greets with PREAUTH, and relays until the daemon closes. When `in` ends, the daemon is
/// told so, and its remaining answers still come. Until it is signed in nothing is written to
/// `out`. Blocks. Fails with the reason of the daemon, cannot_connect or timed_out.
Result<void> run_imap_tunnel(const std::string& socket_path, const std::string& account,
                             TunnelEnds ends, TunnelPatience patience = {});

}  // namespace gatepost::cli
