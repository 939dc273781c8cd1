// One client of api.sock: HTTP/1.1 with keep-alive, request after request. Carries bytes and time
// to the reader, answers of the handler back. Lives on the front's executor; met by anyone who can
// reach the listener.
#pragma once

#include <functional>
#include <memory>

#include "daemon/access_log.h"
#include "daemon/connection.h"
#include "daemon/http_message.h"
#include "daemon/peer_limit.h"

namespace gatepost::daemon {

/// How long a client may take.
struct HttpPatience {
    std::chrono::milliseconds idle{60'000};  ///< until the next request begins
    std::chrono::milliseconds head{3'000};   ///< for a head, from its first byte
    std::chrono::milliseconds body{10'000};
    std::chrono::milliseconds write{10'000};  ///< to take an answer
    std::chrono::milliseconds linger{2'000};  ///< to notice that it was refused
    /// For a reader of a stream to take something of what is there; its place is wanted by others.
    std::chrono::milliseconds stall{300'000};
};

/// What the API answers. Does not throw but for bugs; those become an `internal` problem.
using HttpHandler = std::function<boost::asio::awaitable<Answer>(Request)>;

/// @param handle outlives the connection, as does the log
std::shared_ptr<Connection> make_http_connection(Client client, PeerLimit::Place place,
                                                 const HttpHandler& handle, AccessLog& log,
                                                 HttpPatience patience = {});

/// What a client is told for which there is no room: a whole answer, 503 with Retry-After.
std::string http_turned_away();

}  // namespace gatepost::daemon
