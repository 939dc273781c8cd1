// Server-Sent Events as they come in (HTML Standard 9.2.6), as far as Gatepost sends them: lines
// end with LF or CRLF. Pure. Fed by the daemon.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace gatepost::cli {

struct ServerEvent {
    std::string type;
    std::string id;
    std::string data;
};

class EventParser {
  public:
    /// The events that the bytes complete. Fails with too_large when one is beyond a bound.
    Result<std::vector<ServerEvent>> feed(std::string_view bytes);

    /// Where to resume: of the newest event, or told without one.
    [[nodiscard]] const std::string& last_id() const { return last_id_; }

  private:
    void take_line(std::string_view line, std::vector<ServerEvent>& events);
    void take_field(std::string_view name, std::string_view value);

    std::string unfinished_;  ///< of a line
    ServerEvent event_;
    std::string id_;  ///< told last; it counts from the end of its event on (HTML 9.2.6)
    std::string last_id_;
};

}  // namespace gatepost::cli
