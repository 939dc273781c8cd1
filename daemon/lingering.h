// The end of a connection whose client may still be sending: closing with bytes unread would take
// away from it what it was told last (unix(7): the reset comes first).
#pragma once

#include <chrono>

#include <boost/asio/awaitable.hpp>

#include "daemon/connection.h"

namespace gatepost::daemon {

/// Sends no more, and reads what comes, unseen, until the client has closed its end or the patience
/// ends. The socket outlives this.
boost::asio::awaitable<void> linger(UnixSocket& socket, std::chrono::milliseconds patience);

}  // namespace gatepost::daemon
