// The events and who reads them: keeps the history, wakes its readers, and has mailboxes watched
// while somebody wants to know of them. Lives on the front's executor.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "connector/event_history.h"
#include "net/deadline.h"

namespace gatepost::connector {

class EventFeed : public std::enable_shared_from_this<EventFeed> {
  public:
    /// Mailboxes are watched for so long after their last reader has gone: one that comes back
    /// (after a deployment, or a pause between two tries) has missed nothing then, and IDLE is not
    /// ended and begun again at thousands of sessions.
    static constexpr std::chrono::minutes usual_linger{5};

    /// @param watch has mailboxes watched, or not any more; called until close()
    EventFeed(const boost::asio::any_io_executor& executor, std::function<void(bool wanted)> watch,
              std::chrono::steady_clock::duration linger = usual_linger);
    EventFeed(const EventFeed&) = delete;
    EventFeed& operator=(const EventFeed&) = delete;

    void add(decltype(Event::what) what);
    [[nodiscard]] const EventHistory& history() const { return history_; }
    [[nodiscard]] std::size_t readers() const { return readers_.size(); }

    /// From here on nothing is watched. Readers may still be there, and wait for what never comes.
    void close();

    /// Somebody who reads. Keeps the feed.
    class Reader {
      public:
        Reader(std::shared_ptr<EventFeed> feed, bool wants_mailboxes);
        ~Reader();
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;

        [[nodiscard]] const EventHistory& history() const { return feed_->history_; }
        /// Returns once there is an event after that one, or wake() was called, or the deadline
        /// has passed.
        boost::asio::awaitable<void> wait(EventNumber number, net::Deadline deadline);
        void wake() { timer_.cancel(); }

      private:
        std::shared_ptr<EventFeed> feed_;
        bool wants_mailboxes_;
        boost::asio::steady_timer timer_;
    };

  private:
    void begin_watching();
    void end_watching();

    std::function<void(bool)> watch_;  ///< empty after close()
    std::chrono::steady_clock::duration linger_;
    EventHistory history_;
    std::set<Reader*> readers_;
    std::size_t watchers_ = 0;  ///< readers who want mailboxes
    bool watching_ = false;
    boost::asio::steady_timer end_of_watch_;
};

}  // namespace gatepost::connector
