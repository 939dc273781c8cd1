// Deadlines: every wait of the project ends at a point in time. within() puts one over a whole
// operation, however many reads and writes it is made of, so that a slow peer cannot stretch it.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/result.h"

namespace gatepost::net {

namespace asio = boost::asio;

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

inline Deadline after(Clock::duration duration) {
    return Clock::now() + duration;
}

/// Awaits the operation until the deadline; then cancels it, waits for it to wind up, and answers
/// timed_out with "<what> took too long". `what` begins a sentence: "Signing in to
/// imap.example.com". Cancelling the caller cancels the operation.
template <class T>
asio::awaitable<Result<T>> within(Deadline deadline, asio::awaitable<Result<T>> operation,
                                  std::string what) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
    auto first = co_await (std::move(operation) || timer.async_wait(asio::use_awaitable));
    if (first.index() == 0) co_return std::move(std::get<0>(first));
    co_return problem(ProblemKind::timed_out, std::move(what) + " took too long");
}

}  // namespace gatepost::net
