#include "cli/events_command.h"

#include <ostream>
#include <thread>

#include "cli/event_source.h"
#include "cli/interrupt.h"
#include "cli/print_event.h"
#include "cli/requests.h"

namespace gatepost::cli {
namespace {

/// Up to the end of the stream; the failure that ended it, or nothing when nobody reads us.
Outcome<void> print_all(EventSource& source, Output output) {
    while (output.out) {
        const auto events = source.next();
        if (!events) return events.error();
        for (const ServerEvent& event : *events)
            print_event(output, event);
        output.out.flush();
    }
    return {};
}

Outcome<EventSource> open_again(const std::string& socket, const std::string& target,
                                const std::string& last_id, std::chrono::milliseconds pause) {
    while (true) {
        std::this_thread::sleep_for(pause);
        auto source = EventSource::open(socket, target, last_id);
        if (source || !source.error().may_pass()) return source;
    }
}

}  // namespace

Outcome<void> follow_events(const std::string& socket, const FollowEvents& asked, Output output,
                            std::ostream& err, std::chrono::milliseconds pause) {
    end_well_when_interrupted();
    const std::string target = events_target(asked);
    std::string last_id;
    auto source = EventSource::open(socket, target, last_id);
    while (source) {
        const auto ended = print_all(*source, output);
        if (ended || !ended.error().may_pass()) return ended;
        if (!source->last_id().empty()) last_id = source->last_id();
        err << "gatepost: " << reason_of(ended.error()) << " Waiting for it." << std::endl;
        auto next = open_again(socket, target, last_id, pause);
        if (!next) return std::move(next).error();
        err << "gatepost: The daemon is back." << std::endl;
        source.emplace(std::move(*next));
    }
    return std::move(source).error();
}

}  // namespace gatepost::cli
