// What the API is asked and answers, without HTTP's framing: between the connection, which carries
// the bytes, and the handlers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "daemon/peer.h"
#include "daemon/request_target.h"
#include "daemon/wiped_memory.h"

namespace gatepost::daemon {

struct Request {
    std::string method;  ///< GET for a HEAD: the connection leaves the body out
    RequestTarget target;
    WipedBytes body;
    Peer peer;                    ///< whose process asks
    std::string last_event_id{};  ///< Last-Event-ID; empty: none

    [[nodiscard]] std::string_view text() const { return {body.data(), body.size()}; }
    /// As soon as it was read: it may hold a password, and an answer may take long.
    void forget_body() { WipedBytes().swap(body); }
};

/// The body of an answer that goes on for as long as the client likes.
class BodyStream {
  public:
    virtual ~BodyStream() = default;

    /// What comes next, once it is there; empty at the end. The stream outlives it.
    virtual boost::asio::awaitable<std::string> next() = 0;
    /// Has next() tell the end, soon.
    virtual void end() = 0;
};

struct Answer {
    unsigned status = 200;
    std::string content_type;  ///< empty: no body
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers{};  ///< Location, Allow, Retry-After
    std::string_view problem{};            ///< the problem's name, for the log
    std::shared_ptr<BodyStream> stream{};  ///< in place of the body
};

}  // namespace gatepost::daemon
