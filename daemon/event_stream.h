// What one client of GET /v1/events gets to read: the events that it may see and wants, from where
// it stopped. A slow client makes nothing pile up: it has a place in the history and no queue, and
// one that falls behind the history is told so. On the front's executor.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "connector/connector.h"
#include "daemon/http_message.h"

namespace gatepost::daemon {

struct EventFilter {
    std::optional<std::string> account;  ///< an id; none: of all
    bool states = true;
    bool mailboxes = true;
};

/// @param scope asked for every event, so that it may change meanwhile
/// @param last_event_id where the client stopped, as it says; empty: it wants what comes from now
/// on
std::shared_ptr<BodyStream> make_event_stream(
    std::shared_ptr<connector::EventFeed> feed, EventFilter filter, connector::Scope scope,
    const std::string& last_event_id,
    std::chrono::milliseconds heartbeat = std::chrono::seconds(15));

}  // namespace gatepost::daemon
