#include "connector/event_feed.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connector/account_id.h"

namespace gatepost::connector {

EventFeed::EventFeed(const boost::asio::any_io_executor& executor,
                     std::function<void(bool wanted)> watch,
                     std::chrono::steady_clock::duration linger)
    : watch_(std::move(watch)), linger_(linger), history_(random_word()), end_of_watch_(executor) {}

void EventFeed::add(decltype(Event::what) what) {
    history_.add(std::move(what));
    for (Reader* reader : readers_)
        reader->wake();
}

void EventFeed::close() {
    watch_ = nullptr;
    end_of_watch_.cancel();
}

void EventFeed::begin_watching() {
    end_of_watch_.cancel();
    if (watching_ || !watch_) return;
    watching_ = true;
    // Behind it, so that the reader who made it begin does not take it for a gap.
    add(WatchBegan());
    watch_(true);
}

void EventFeed::end_watching() {
    if (!watch_) return;
    end_of_watch_.expires_after(linger_);
    end_of_watch_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        // A reader may have come after the time was over and before this ran.
        if (cancelled || !self || !self->watch_ || self->watchers_ > 0) return;
        self->watching_ = false;
        self->watch_(false);
    });
}

EventFeed::Reader::Reader(std::shared_ptr<EventFeed> feed, bool wants_mailboxes)
    : feed_(std::move(feed)),
      wants_mailboxes_(wants_mailboxes),
      timer_(feed_->end_of_watch_.get_executor()) {
    feed_->readers_.insert(this);
    if (wants_mailboxes_ && ++feed_->watchers_ == 1) feed_->begin_watching();
}

EventFeed::Reader::~Reader() {
    feed_->readers_.erase(this);
    if (wants_mailboxes_ && --feed_->watchers_ == 0) feed_->end_watching();
}

boost::asio::awaitable<void> EventFeed::Reader::wait(EventNumber number, net::Deadline deadline) {
    if (history().after(number) != nullptr) co_return;
    timer_.expires_at(deadline);
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

}  // namespace gatepost::connector
