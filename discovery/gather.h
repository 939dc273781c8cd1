// Gathering: several operations at once, until what they answered is enough or the deadline passes;
// the others are cancelled and waited for, so that none outlives the caller. For one executor.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "net/deadline.h"

namespace gatepost::discovery {

/// The answers by the operations' places; nothing where one did not answer in time.
template <class T>
using Answers = std::vector<std::optional<T>>;

template <class T>
using Enough = std::function<bool(const Answers<T>&)>;

/// What follows from the answers so far: that they are enough, or that more is to be started.
template <class T>
struct Next {
    bool enough = false;
    std::vector<boost::asio::awaitable<T>> further{};
};

template <class T>
using Decide = std::function<Next<T>(const Answers<T>&)>;

namespace detail {

// Shared by the coroutine that waits and the operations' completions.
template <class T>
class Gathering {
  public:
    explicit Gathering(const boost::asio::any_io_executor& executor) : wake_(executor) {}

    /// Its answer's place is the next one.
    static void start(const std::shared_ptr<Gathering>& self, boost::asio::awaitable<T> operation) {
        const std::size_t place = self->answers_.size();
        self->answers_.emplace_back();
        self->cancels_.emplace_back();
        ++self->pending_;
        boost::asio::co_spawn(
            self->wake_.get_executor(), std::move(operation),
            boost::asio::bind_cancellation_slot(
                self->cancels_[place].slot(), [self, place](std::exception_ptr thrown, T answer) {
                    self->complete(place, std::move(thrown), std::move(answer));
                }));
    }

    /// Until one more has completed: true. False at the deadline.
    boost::asio::awaitable<bool> wait(net::Deadline deadline) {
        wake_.expires_at(deadline);
        const auto [error] =
            co_await wake_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        co_return error == boost::asio::error::operation_aborted;
    }

    boost::asio::awaitable<void> wind_up() {
        for (boost::asio::cancellation_signal& cancel : cancels_)
            cancel.emit(boost::asio::cancellation_type::all);
        while (pending_ > 0)
            co_await wait(net::Deadline::max());
        if (bug_) std::rethrow_exception(bug_);
    }

    [[nodiscard]] bool is_pending() const { return pending_ > 0; }
    [[nodiscard]] Answers<T>& answers() { return answers_; }

  private:
    void complete(std::size_t place, std::exception_ptr thrown, T answer) {
        --pending_;
        if (!thrown) {
            answers_[place].emplace(std::move(answer));
        } else if (!is_cancellation(thrown)) {
            bug_ = std::move(thrown);
        }
        wake_.cancel();
    }

    static bool is_cancellation(const std::exception_ptr& thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (const boost::system::system_error& error) {
            return error.code() == boost::asio::error::operation_aborted;
        } catch (...) {
            return false;
        }
    }

    boost::asio::steady_timer wake_;
    Answers<T> answers_;
    std::deque<boost::asio::cancellation_signal> cancels_;
    std::size_t pending_ = 0;
    std::exception_ptr bug_;
};

}  // namespace detail

/// The first answer in order that is wanted, once all before it are there: what is behind it could
/// not be preferred. Null where that is not so yet, or where none is wanted.
template <class T, class Predicate>
const T* first_in_order(const Answers<T>& answers, Predicate is_wanted) {
    for (const std::optional<T>& answer : answers) {
        if (!answer) return nullptr;
        if (is_wanted(*answer)) return &*answer;
    }
    return nullptr;
}

/// Runs the operations at once, and those that `decide` adds, whose places follow. It is asked at
/// the start and after each answer. Cancelling the caller cancels them all; the caller's next
/// co_await then throws, as it does everywhere.
template <class T>
boost::asio::awaitable<Answers<T>> gather(std::vector<boost::asio::awaitable<T>> operations,
                                          Decide<T> decide, net::Deadline deadline) {
    namespace this_coro = boost::asio::this_coro;
    // Whoever is cancelled still waits for what it started.
    const bool throws = co_await this_coro::throw_if_cancelled();
    co_await this_coro::throw_if_cancelled(false);
    auto gathering = std::make_shared<detail::Gathering<T>>(co_await this_coro::executor);
    for (auto& operation : operations)
        detail::Gathering<T>::start(gathering, std::move(operation));
    for (;;) {
        Next<T> next = decide(gathering->answers());
        if (next.enough) break;
        for (auto& operation : next.further)
            detail::Gathering<T>::start(gathering, std::move(operation));
        if (!gathering->is_pending()) break;
        const bool in_time = co_await gathering->wait(deadline);
        const auto cancellation = co_await this_coro::cancellation_state;
        if (!in_time || cancellation.cancelled() != boost::asio::cancellation_type::none) break;
    }
    // What answers while it is being cancelled comes too late to count.
    Answers<T> answers = gathering->answers();
    co_await gathering->wind_up();
    co_await this_coro::throw_if_cancelled(throws);
    co_return answers;
}

/// The same without anything that is added.
template <class T>
boost::asio::awaitable<Answers<T>> gather(std::vector<boost::asio::awaitable<T>> operations,
                                          Enough<T> enough, net::Deadline deadline) {
    Decide<T> decide = [enough = std::move(enough)](const Answers<T>& answers) {
        return Next<T>{enough(answers)};
    };
    return gather(std::move(operations), std::move(decide), deadline);
}

}  // namespace gatepost::discovery
