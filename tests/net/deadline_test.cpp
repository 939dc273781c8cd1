#include "net/deadline.h"

#include <gtest/gtest.h>

#include <boost/asio/redirect_error.hpp>
#include <stdexcept>

#include "event_loop.h"

namespace gatepost::net {
namespace {

using boost::asio::awaitable;
using boost::asio::steady_timer;

// What happened to an operation under a deadline.
struct Trace {
    bool cancelled = false;
    bool wound_up = false;
};

awaitable<Result<int>> answer(int value) {
    co_return value;
}

awaitable<Result<int>> fail() {
    co_return problem(ProblemKind::cannot_connect, "No.");
}

awaitable<Result<int>> throw_a_bug() {
    throw std::logic_error("bug");
    co_return 0;
}

// Says as a value that it was cancelled, as Stream does.
awaitable<Result<int>> wait_for_ever(Trace& trace) {
    steady_timer timer(co_await boost::asio::this_coro::executor, Deadline::max());
    boost::system::error_code error;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, error));
    trace.cancelled = error == boost::asio::error::operation_aborted;
    trace.wound_up = true;
    co_return problem(ProblemKind::cancelled, "Cancelled.");
}

// Goes on after it was cancelled, and is thrown out by Asio.
awaitable<Result<int>> wait_twice(Trace& trace) {
    co_await wait_for_ever(trace);
    co_await wait_for_ever(trace);
    co_return 0;
}

// Takes its time when it is cancelled.
awaitable<Result<int>> wind_up_slowly(Trace& trace) {
    co_await wait_for_ever(trace);
    trace.wound_up = false;
    co_await boost::asio::this_coro::reset_cancellation_state();
    steady_timer timer(co_await boost::asio::this_coro::executor, std::chrono::milliseconds(5));
    co_await timer.async_wait(boost::asio::use_awaitable);
    trace.wound_up = true;
    co_return 7;
}

TEST(Within, AnswerInTimeIsTheAnswer) {
    EventLoop loop;
    EXPECT_EQ(*loop.run(within(far_off(), answer(7), "It")), 7);
    EXPECT_EQ(loop.run(within(far_off(), fail(), "It")).error().kind, ProblemKind::cannot_connect);
}

TEST(Within, OperationThatMissesTheDeadlineIsCancelledAndToldByName) {
    EventLoop loop;
    Trace trace;
    const auto result = loop.run(within(Clock::now(), wait_for_ever(trace), "Signing in"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ProblemKind::timed_out);
    EXPECT_EQ(result.error().detail, "Signing in took too long.");
    EXPECT_TRUE(trace.cancelled);
}

TEST(Within, OperationThatIsThrownOutAtTheDeadlineTimedOutToo) {
    EventLoop loop;
    Trace trace;
    EXPECT_EQ(loop.run(within(Clock::now(), wait_twice(trace), "It")).error().kind,
              ProblemKind::timed_out);
}

TEST(Within, OperationWindsUpBeforeTheAnswer) {
    EventLoop loop;
    Trace trace;
    const auto result = loop.run(within(Clock::now(), wind_up_slowly(trace), "It"));
    EXPECT_EQ(result.error().kind, ProblemKind::timed_out);
    EXPECT_TRUE(trace.wound_up);
}

TEST(Within, CancellingTheCallerCancelsTheOperation) {
    EventLoop loop;
    Trace trace;
    const auto running = loop.start(within(far_off(), wait_for_ever(trace), "It"));
    loop.settle();
    ASSERT_FALSE(running->ended);
    running->cancel();
    EXPECT_EQ(loop.finish(running).error().kind, ProblemKind::cancelled);
    EXPECT_TRUE(trace.cancelled);
}

TEST(Within, CancelledOperationThatIsThrownOutIsCancelled) {
    EventLoop loop;
    Trace trace;
    const auto running = loop.start(within(far_off(), wait_twice(trace), "Signing in"));
    loop.settle();
    running->cancel();
    const auto result = loop.finish(running);
    EXPECT_EQ(result.error().kind, ProblemKind::cancelled);
    EXPECT_EQ(result.error().detail, "Signing in was cancelled.");
}

TEST(Within, OneInsideTheOtherKeepsToTheEarlier) {
    EventLoop loop;
    Trace trace;
    const auto inner_first =
        loop.run(within(far_off(), within(Clock::now(), wait_for_ever(trace), "Inner"), "Outer"));
    EXPECT_EQ(inner_first.error().detail, "Inner took too long.");
    const auto outer_first =
        loop.run(within(Clock::now(), within(far_off(), wait_for_ever(trace), "Inner"), "Outer"));
    EXPECT_EQ(outer_first.error().detail, "Outer took too long.");
}

TEST(Within, WhatTheOperationThrowsIsThrownAtOnce) {
    EventLoop loop;
    EXPECT_THROW(loop.run(within(far_off(), throw_a_bug(), "It")), std::logic_error);
}

// A value that has no default, such as a socket.
struct Connection {
    explicit Connection(int number_) : number(number_) {}
    Connection(Connection&&) = default;
    Connection& operator=(Connection&&) = default;
    int number;
};

awaitable<Result<Connection>> connect() {
    co_return Connection(7);
}

TEST(Within, CarriesValuesThatCanOnlyBeMoved) {
    EventLoop loop;
    EXPECT_EQ(loop.run(within(far_off(), connect(), "It"))->number, 7);
}

awaitable<Result<void>> nothing() {
    co_return Result<void>();
}

TEST(Within, CarriesNothing) {
    EventLoop loop;
    EXPECT_TRUE(loop.run(within(far_off(), nothing(), "It")));
}

}  // namespace
}  // namespace gatepost::net
