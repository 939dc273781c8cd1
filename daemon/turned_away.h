// A client for whom there is no room: it is told so, and given a moment to read it.
#pragma once

#include <memory>
#include <string>

#include "daemon/connection.h"
#include "daemon/peer_limit.h"

namespace gatepost::daemon {

/// @param words all that it is told
std::shared_ptr<Connection> make_turned_away_connection(UnixSocket socket, PeerLimit::Place place,
                                                        const std::string& words);

}  // namespace gatepost::daemon
