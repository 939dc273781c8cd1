// An io_context for a test, and operations run on it to their end.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace gatepost::net {

// How long something may take that must happen; only a test that fails waits for it.
inline constexpr std::chrono::seconds patience{20};

/// A deadline that no passing test meets.
inline std::chrono::steady_clock::time_point far_off() {
    return std::chrono::steady_clock::now() + 3 * patience;
}

/// An operation that goes on.
template <class T>
struct Running {
    std::optional<T> result;
    std::exception_ptr thrown;
    bool ended = false;
    boost::asio::cancellation_signal signal;

    void cancel() { signal.emit(boost::asio::cancellation_type::terminal); }
};

class EventLoop {
  public:
    boost::asio::io_context context;

    template <class T>
    std::shared_ptr<Running<T>> start(boost::asio::awaitable<T> operation) {
        auto running = std::make_shared<Running<T>>();
        boost::asio::co_spawn(context, keep(std::move(operation), running),
                              boost::asio::bind_cancellation_slot(
                                  running->signal.slot(), [running](std::exception_ptr thrown) {
                                      running->thrown = thrown;
                                      running->ended = true;
                                  }));
        return running;
    }

    template <class T>
    T finish(const std::shared_ptr<Running<T>>& running) {
        until([&] { return running->ended; });
        if (running->thrown) std::rethrow_exception(running->thrown);
        return std::move(*running->result);
    }

    template <class T>
    T run(boost::asio::awaitable<T> operation) {
        return finish(start(std::move(operation)));
    }

    template <class Condition>
    void until(Condition condition) {
        boost::asio::steady_timer alarm(context, patience);
        bool too_late = false;
        alarm.async_wait([&](boost::system::error_code error) { too_late = !error; });
        context.restart();
        while (!condition() && !too_late)
            context.run_one();
        if (!condition()) throw std::runtime_error("it does not happen");
        alarm.cancel();
        context.poll();
    }

    /// Whatever can happen without waiting.
    void settle() {
        context.restart();
        context.poll();
    }

  private:
    template <class T>
    static boost::asio::awaitable<void> keep(boost::asio::awaitable<T> operation,
                                             std::shared_ptr<Running<T>> running) {
        running->result.emplace(co_await std::move(operation));
    }
};

}  // namespace gatepost::net
