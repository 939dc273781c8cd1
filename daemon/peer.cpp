#include "daemon/peer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace gatepost::daemon {
namespace {

// Few users are in more groups; the kernel says how many there are where it is not enough.
constexpr std::size_t usual_groups = 32;

std::optional<std::vector<gid_t>> supplementary_groups(int socket) {
    std::vector<gid_t> groups(usual_groups);
    // Twice: a connected peer's groups do not change, so the room that was named is enough.
    for (int attempt = 0; attempt < 2; ++attempt) {
        auto bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        const int failed = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes);
        groups.resize(bytes / sizeof(gid_t));
        if (failed == 0) return groups;
        if (errno != ERANGE) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

bool Peer::is_operator() const {
    return uid == 0 || uid == ::geteuid();
}

std::optional<Peer> Peer::of(int socket) {
    ucred credentials{};
    socklen_t size = sizeof(credentials);
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return std::nullopt;
    }
    auto groups = supplementary_groups(socket);
    if (!groups) return std::nullopt;
    groups->push_back(credentials.gid);
    return Peer{credentials.uid, std::move(*groups)};
}

}  // namespace gatepost::daemon
