// One client's connection, as its server sees it. Lives on the front's executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "daemon/peer.h"

namespace gatepost::daemon {

using UnixSocket = boost::asio::local::stream_protocol::socket;

/// A socket that was accepted, and who is at its other end.
struct Client {
    UnixSocket socket;
    Peer peer;
};

class Connection {
  public:
    virtual ~Connection() = default;

    /// Serves the client until it goes. The connection outlives it.
    virtual boost::asio::awaitable<void> serve() = 0;
    /// Begin nothing new: what is being answered is answered, then serve() ends.
    virtual void finish() = 0;
    /// End as soon as possible, in the middle of whatever it is.
    virtual void cut() = 0;
};

}  // namespace gatepost::daemon
