// One client of imap.sock until it has signed in: then its descriptor goes to the account's
// reactor. Lives on the front's executor; met by anyone who can reach the socket.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "daemon/connection.h"
#include "daemon/log.h"
#include "daemon/peer.h"
#include "daemon/peer_limit.h"
#include "imap/messages.h"

namespace gatepost::daemon {

/// Hands the descriptor over to the account that is meant, if the peer may use it; on a problem it
/// is the caller's again. As Connector::lease.
using LeaseMaker =
    std::function<Result<void>(const Peer& peer, std::string_view account, imap::OwnedFd& client,
                               std::string tag, std::string received)>;

/// @param patience from the connection to the sign-in
std::shared_ptr<Connection> make_imap_connection(
    Client client, PeerLimit::Place place, const LeaseMaker& lease, Log& log,
    std::chrono::milliseconds patience = std::chrono::seconds(60));

/// What a client is told for which there is no room.
std::string imap_turned_away();

}  // namespace gatepost::daemon
