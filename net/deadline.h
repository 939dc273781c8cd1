// Deadlines: every wait of the project ends at a point in time. within() puts one over a whole
// operation, however many reads and writes it is made of, so that a slow peer cannot stretch it.
#pragma once

#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "core/result.h"

namespace gatepost::net {

namespace asio = boost::asio;

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

inline Deadline after(Clock::duration duration) {
    return Clock::now() + duration;
}

/// Runs the operation and keeps what it answers; nothing where it was cut short by its
/// cancellation.
template <class T>
asio::awaitable<void> keep_result(asio::awaitable<Result<T>> operation,
                                  std::optional<Result<T>>& result) {
    try {
        result.emplace(co_await std::move(operation));
    } catch (const boost::system::system_error& error) {
        // What Asio throws at the next wait of a coroutine that is cancelled.
        if (error.code() != asio::error::operation_aborted) throw;
    }
}

/// Awaits the operation until the deadline; then cancels it, waits for it to wind up, and answers
/// timed_out with "<what> took too long". `what` begins a sentence: "Signing in to
/// imap.example.com". Cancelling the caller cancels the operation, and if that cuts it short the
/// answer is `cancelled`; the caller's next wait then throws, as Asio has it. What the operation
/// throws is thrown.
template <class T>
asio::awaitable<Result<T>> within(Deadline deadline, asio::awaitable<Result<T>> operation,
                                  std::string what) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, deadline);
    std::optional<Result<T>> result;
    // wait_for_one, not wait_for_one_success: an operation that throws has ended, too.
    const auto [order, thrown, timer_error] =
        co_await asio::experimental::make_parallel_group(
            asio::co_spawn(executor, keep_result(std::move(operation), result), asio::deferred),
            timer.async_wait(asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (thrown) std::rethrow_exception(thrown);
    const bool deadline_came_first = order[0] == 1 && !timer_error;
    if (result && !deadline_came_first) co_return std::move(*result);
    if (deadline_came_first) {
        co_return problem(ProblemKind::timed_out, std::move(what) + " took too long.");
    }
    co_return problem(ProblemKind::cancelled, std::move(what) + " was cancelled.");
}

}  // namespace gatepost::net
