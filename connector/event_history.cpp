#include "connector/event_history.h"

#include <charconv>
#include <utility>

namespace gatepost::connector {
namespace {

constexpr char id_separator = '-';

}  // namespace

std::string_view name_of(MailboxEvent event) {
    switch (event) {
        case MailboxEvent::arrived:
            return "new";
        case MailboxEvent::gone:
            return "gone";
        case MailboxEvent::flags:
            return "flags";
    }
    return {};
}

std::string_view name_of(Gap gap) {
    switch (gap) {
        case Gap::restarted:
            return "restarted";
        case Gap::forgotten:
            return "forgotten";
        case Gap::unwatched:
            return "unwatched";
    }
    return {};
}

EventHistory::EventHistory(std::string epoch, std::size_t capacity)
    : epoch_(std::move(epoch)), capacity_(capacity) {}

EventNumber EventHistory::add(decltype(Event::what) what) {
    if (events_.size() == capacity_) events_.pop_front();
    events_.push_back({++last_, std::move(what)});
    return last_;
}

bool EventHistory::reaches_back_to(EventNumber number) const {
    return number + events_.size() >= last_;
}

const Event* EventHistory::after(EventNumber number) const {
    if (number >= last_) return nullptr;
    const EventNumber forgotten = last_ - events_.size();
    return &events_[number < forgotten ? 0 : number - forgotten];
}

std::string EventHistory::id_of(EventNumber number) const {
    return epoch_ + id_separator + std::to_string(number);
}

std::optional<EventNumber> EventHistory::number_of(std::string_view id) const {
    const std::size_t separator = id.find(id_separator);
    if (separator == std::string_view::npos || id.substr(0, separator) != epoch_) {
        return std::nullopt;
    }
    const std::string_view digits = id.substr(separator + 1);
    EventNumber number = 0;
    const auto [rest, error] = std::from_chars(digits.begin(), digits.end(), number);
    if (error != std::errc() || rest != digits.end() || number > last_) return std::nullopt;
    return number;
}

EventHistory::Position EventHistory::position_of(std::string_view id) const {
    const auto number = number_of(id);
    if (!number) return {last_, Gap::restarted};
    if (!reaches_back_to(*number)) return {last_, Gap::forgotten};
    return {*number, std::nullopt};
}

}  // namespace gatepost::connector
