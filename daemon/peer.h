// The process at the other end of a Unix socket, as the kernel knew it when it connected.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

namespace gatepost::daemon {

struct Peer {
    uid_t uid = 0;
    std::vector<gid_t> groups;  ///< its effective and its supplementary ones

    /// Root, or the daemon's own user.
    [[nodiscard]] bool is_operator() const;

    /// Of a connected Unix socket. Nothing when the kernel does not say. Never by the process's
    /// id, which may be another's by now.
    static std::optional<Peer> of(int socket);
};

}  // namespace gatepost::daemon
