// GET /v1/events of one daemon, read as it comes: one connection, from the last id on. Blocks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/event_parser.h"
#include "cli/failure.h"

namespace gatepost::cli {

class EventSource {
  public:
    /// @param last_id where to resume; empty: from now on. Fails with the problem that the daemon
    /// tells, and with daemon-unreachable.
    static Outcome<EventSource> open(const std::string& socket_path, const std::string& target,
                                     const std::string& last_id);
    EventSource(EventSource&&) noexcept;
    EventSource& operator=(EventSource&&) = delete;
    EventSource(const EventSource&) = delete;
    EventSource& operator=(const EventSource&) = delete;
    ~EventSource();

    /// What came next; may be nothing but a sign of life. Fails with daemon-unreachable when the
    /// stream has ended or the daemon is silent.
    Outcome<std::vector<ServerEvent>> next();
    [[nodiscard]] const std::string& last_id() const;

  private:
    class Connection;
    explicit EventSource(std::unique_ptr<Connection> connection);

    std::unique_ptr<Connection> connection_;
};

}  // namespace gatepost::cli
