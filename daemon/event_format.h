// Events as GET /v1/events tells them: Server-Sent Events (HTML Standard 9.2), with JSON as their
// data. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "connector/event_history.h"

namespace gatepost::daemon {

inline constexpr std::string_view account_state_event = "account.state";
inline constexpr std::string_view mailbox_changed_event = "mailbox.changed";

// Each is whole: it ends with an empty line.

std::string sse_text(std::string_view id, const connector::StateChange& change);
std::string sse_text(std::string_view id, const connector::MailboxChange& change);
/// The reader has missed something: it is to ask for the accounts now, and events go on from there.
std::string sse_reset(std::string_view id, connector::Gap gap,
                      std::chrono::system_clock::time_point at);
/// What a stream begins with: how soon to come back, and where the reader stands, so that one that
/// has heard of no event yet can resume as well.
std::string sse_opening(std::string_view id);
/// Says that the stream is alive. @param id where the reader stands, if that is new to it; or empty
std::string sse_heartbeat(std::string_view id);

}  // namespace gatepost::daemon
