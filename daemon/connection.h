// One client's connection, as its server sees it. Lives on the front's executor.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace gatepost::daemon {

using UnixSocket = boost::asio::local::stream_protocol::socket;

/// A socket that was accepted, and whose process is at its other end (SO_PEERCRED).
struct Client {
    UnixSocket socket;
    uid_t uid = 0;
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
