#include "daemon/event_stream.h"

#include <utility>

#include "daemon/event_format.h"

namespace gatepost::daemon {
namespace {

using connector::Event;
using connector::EventNumber;
using connector::Gap;

// Of one piece; events that are there together travel together, and few are longer than 1 KiB.
constexpr std::size_t piece_bytes = std::size_t{16} * 1024;

class EventStream final : public BodyStream {
  public:
    EventStream(std::shared_ptr<connector::EventFeed> feed, EventFilter filter,
                connector::Scope scope, const std::string& last_event_id,
                std::chrono::milliseconds heartbeat)
        : reader_(std::move(feed), filter.mailboxes),
          filter_(std::move(filter)),
          scope_(std::move(scope)),
          heartbeat_(heartbeat),
          at_{reader_.history().last(), std::nullopt} {
        if (!last_event_id.empty()) at_ = reader_.history().position_of(last_event_id);
    }

    boost::asio::awaitable<std::string> next() override;
    void end() override {
        is_ended_ = true;
        reader_.wake();
    }

  private:
    std::string take_opening();
    std::string take_events();
    std::string take_heartbeat();
    std::string reset(Gap gap);
    std::string text_of(const Event& event);
    [[nodiscard]] std::string id() const { return reader_.history().id_of(at_.number); }

    connector::EventFeed::Reader reader_;
    EventFilter filter_;
    connector::Scope scope_;
    std::chrono::milliseconds heartbeat_;
    connector::EventHistory::Position at_;  ///< up to here all is told, or not for this client
    EventNumber told_ = 0;                  ///< the last one whose id the client has
    bool is_open_ = false;
    bool is_ended_ = false;
};

boost::asio::awaitable<std::string> EventStream::next() {
    const auto time_for_heartbeat = net::after(heartbeat_);
    while (!is_ended_) {
        std::string text = is_open_ ? take_events() : take_opening();
        if (!text.empty()) co_return text;
        if (net::Clock::now() >= time_for_heartbeat) co_return take_heartbeat();
        co_await reader_.wait(at_.number, time_for_heartbeat);
    }
    co_return std::string();
}

std::string EventStream::take_opening() {
    is_open_ = true;
    std::string text = sse_opening(id());
    told_ = at_.number;
    if (at_.gap) text += reset(*at_.gap);
    return text;
}

std::string EventStream::take_events() {
    if (!reader_.history().reaches_back_to(at_.number)) {
        at_.number = reader_.history().last();
        return reset(Gap::forgotten);
    }
    std::string text;
    while (text.size() < piece_bytes) {
        const Event* event = reader_.history().after(at_.number);
        if (event == nullptr) break;
        at_.number = event->number;
        text += text_of(*event);
    }
    return text;
}

std::string EventStream::take_heartbeat() {
    // Whoever hears only of few events would otherwise come back with an id that is long forgotten.
    const bool has_moved = told_ != at_.number;
    told_ = at_.number;
    return sse_heartbeat(has_moved ? id() : "");
}

std::string EventStream::reset(Gap gap) {
    told_ = at_.number;
    return sse_reset(id(), gap, std::chrono::system_clock::now());
}

/// Empty for what is not for this client.
std::string EventStream::text_of(const Event& event) {
    if (std::holds_alternative<connector::WatchBegan>(event.what)) {
        return filter_.mailboxes ? reset(Gap::unwatched) : std::string();
    }
    const auto told = [&](const auto& change) {
        if (filter_.account && change.account != *filter_.account) return std::string();
        if (!scope_.includes(change.application)) return std::string();
        told_ = at_.number;
        return sse_text(id(), change);
    };
    if (const auto* change = std::get_if<connector::StateChange>(&event.what)) {
        return filter_.states ? told(*change) : std::string();
    }
    const auto& change = std::get<connector::MailboxChange>(event.what);
    return filter_.mailboxes ? told(change) : std::string();
}

}  // namespace

std::shared_ptr<BodyStream> make_event_stream(std::shared_ptr<connector::EventFeed> feed,
                                              EventFilter filter, connector::Scope scope,
                                              const std::string& last_event_id,
                                              std::chrono::milliseconds heartbeat) {
    return std::make_shared<EventStream>(std::move(feed), std::move(filter), std::move(scope),
                                         last_event_id, heartbeat);
}

}  // namespace gatepost::daemon
