// What has happened lately to accounts and in their mailboxes, numbered in order, so that a reader
// who was away can go on where it stopped. The oldest events are forgotten first. Pure; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "connector/account_state.h"
#include "core/problem.h"

namespace gatepost::connector {

struct StateChange {
    std::string account;
    std::string application;
    std::string email;
    std::optional<AccountState> previous;  ///< none: it is new
    std::optional<AccountState> state;     ///< none: it was removed
    std::optional<Problem> problem;
    std::chrono::system_clock::time_point at;
};

/// What has happened to messages; of several things that matter most first.
enum class MailboxEvent { arrived, gone, flags };
/// "new", "gone", "flags"
std::string_view name_of(MailboxEvent event);

struct MailboxChange {
    std::string account;
    std::string application;
    std::string email;
    std::string mailbox;
    MailboxEvent event = MailboxEvent::arrived;
    std::uint32_t messages = 0;  ///< how many there are now
    std::chrono::system_clock::time_point at;
};

/// From here on mailboxes are watched, which they were not before.
struct WatchBegan {};

using EventNumber = std::uint64_t;

struct Event {
    EventNumber number = 0;
    std::variant<StateChange, MailboxChange, WatchBegan> what;
};

/// Why a reader has missed something, and must look at the accounts anew.
enum class Gap {
    restarted,  ///< its id is not of this run
    forgotten,  ///< so much has happened since that the history does not reach back
    unwatched,  ///< mailboxes were not watched for a while
};
std::string_view name_of(Gap gap);

class EventHistory {
  public:
    /// An outage of a provider with 5,000 accounts is three changes of each: to connecting,
    /// retrying and live. A reader may sleep through one. About 8 MB when full.
    static constexpr std::size_t usual_capacity = 16'384;

    /// @param epoch tells this history's ids from those of any other run; has no '-'
    explicit EventHistory(std::string epoch, std::size_t capacity = usual_capacity);

    EventNumber add(decltype(Event::what) what);

    /// Of the newest event; 0 when nothing has happened yet.
    [[nodiscard]] EventNumber last() const { return last_; }
    /// False when an event after this one is forgotten.
    [[nodiscard]] bool reaches_back_to(EventNumber number) const;
    /// The first event after that one; null when there is none. Until the next add().
    [[nodiscard]] const Event* after(EventNumber number) const;

    /// The id that a reader has who knows everything up to that event.
    [[nodiscard]] std::string id_of(EventNumber number) const;

    /// Where a reader goes on, and whether it has missed something before.
    struct Position {
        EventNumber number = 0;
        std::optional<Gap> gap;
    };
    /// @param id as the reader tells it: anything
    [[nodiscard]] Position position_of(std::string_view id) const;

  private:
    [[nodiscard]] std::optional<EventNumber> number_of(std::string_view id) const;

    std::string epoch_;
    std::size_t capacity_;
    std::deque<Event> events_;
    EventNumber last_ = 0;
};

}  // namespace gatepost::connector
