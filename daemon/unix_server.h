// A server on a Unix socket: accepts, counts who has how many connections, and owns what it
// accepted. What a connection speaks is its maker's affair. On one executor.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "daemon/connection_set.h"
#include "daemon/log.h"
#include "daemon/peer_limit.h"
#include "daemon/unix_listener.h"

namespace gatepost::daemon {

struct ServerLimits {
    std::size_t per_user;
    std::size_t in_all;
};

class UnixServer {
  public:
    using Place = PeerLimit::Place;
    /// Makes the connection for a client that was let in; the place is kept as long as it counts.
    using Maker = std::function<std::shared_ptr<Connection>(Client client, Place place)>;

    /// @param name for the log: "api"
    /// @param turned_away what a client beyond the limits is told before its connection is closed
    UnixServer(UnixListener listener, ServerLimits limits, std::string name,
               std::string turned_away, Maker make, Log& log);
    ~UnixServer();
    UnixServer(const UnixServer&) = delete;
    UnixServer& operator=(const UnixServer&) = delete;

    /// Begins to accept.
    void start();
    /// Accepts no more, and has the connections finish what they are at.
    void finish();
    /// Cuts them.
    void cut() { connections_.cut(); }
    /// Waits until no connection is left; answers whether that was before the deadline.
    boost::asio::awaitable<bool> empty(net::Deadline deadline) {
        return connections_.empty(deadline);
    }

  private:
    boost::asio::awaitable<void> accept_all();
    void admit(UnixSocket socket);

    UnixListener listener_;
    boost::asio::steady_timer pause_;  ///< after an accept that failed
    PeerLimit limit_;
    PeerLimit turned_away_limit_;  ///< of those who are being told that there is no room
    std::set<uid_t> shut_out_;     ///< whose being turned away is in the log already
    std::string name_;
    std::string turned_away_;
    Maker make_;
    Log& log_;
    ConnectionSet connections_;
};

}  // namespace gatepost::daemon
