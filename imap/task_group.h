// Task group: the coroutines that a reactor has running. Whoever owns the group can cancel them
// all, and learns when the last one has wound up; nothing that they use may go before. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace gatepost::imap {

class TaskGroup {
  public:
    /// Cancels one task, if it is still there.
    using Handle = std::weak_ptr<boost::asio::cancellation_signal>;

    explicit TaskGroup(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Runs until it ends or is cancelled; may begin within the call. A task that throws anything
    /// but its cancellation is a bug, and ends the program.
    Handle spawn(boost::asio::awaitable<void> task);

    static void cancel(const Handle& task);
    void cancel_all();
    /// Called once, when there is no task any more; at once when there is none.
    void when_empty(std::function<void()> then);

  private:
    using Signal = std::shared_ptr<boost::asio::cancellation_signal>;

    boost::asio::any_io_executor executor_;
    std::list<Signal> tasks_;
    std::function<void()> when_empty_;
};

}  // namespace gatepost::imap
