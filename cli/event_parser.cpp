#include "cli/event_parser.h"

#include <utility>

namespace gatepost::cli {
namespace {

// The longest that the daemon sends has a provider's words in it, a few KiB.
constexpr std::size_t max_event_bytes = std::size_t{1024} * 1024;

}  // namespace

Result<std::vector<ServerEvent>> EventParser::feed(std::string_view bytes) {
    std::vector<ServerEvent> events;
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos;
         end = bytes.find('\n')) {
        unfinished_ += bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        if (unfinished_.ends_with('\r')) unfinished_.pop_back();
        take_line(std::exchange(unfinished_, {}), events);
    }
    unfinished_ += bytes;
    if (unfinished_.size() + event_.data.size() > max_event_bytes) {
        return problem(ProblemKind::too_large, "The daemon sent an event longer than 1 MiB.");
    }
    return events;
}

void EventParser::take_line(std::string_view line, std::vector<ServerEvent>& events) {
    if (!line.empty()) {
        const std::size_t colon = line.find(':');
        std::string_view value;
        if (colon != std::string_view::npos) value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        // A comment's name is empty.
        return take_field(line.substr(0, colon), value);
    }
    last_id_ = id_;
    ServerEvent event = std::exchange(event_, {});
    if (event.data.empty()) return;
    event.data.pop_back();
    event.id = last_id_;
    events.push_back(std::move(event));
}

void EventParser::take_field(std::string_view name, std::string_view value) {
    if (name == "event") event_.type = value;
    if (name == "id") id_ = value;
    if (name == "data") event_.data.append(value).append("\n");
}

}  // namespace gatepost::cli
