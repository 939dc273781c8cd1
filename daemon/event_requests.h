// What callers of GET /v1/events ask for, from the query: checked for shape. Pure. Fed by anyone
// who can reach a listener.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "daemon/request_target.h"

namespace gatepost::daemon {

struct EventQuery {
    std::optional<std::string> application;  ///< none: all that the caller may use
    std::optional<std::string> account;      ///< an id or an address
    bool states = true;
    bool mailboxes = true;
};

/// The query of GET /v1/events: `application`, `account`, and `type`, which is one of the events'
/// names. Fails with bad_request, fact field.
Result<EventQuery> read_event_query(const RequestTarget& target);

}  // namespace gatepost::daemon
