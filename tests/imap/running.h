// Runs a coroutine to its end on the test's own context.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace gatepost::imap {

namespace asio = boost::asio;

// How long something may take that must happen; only a test that fails waits for it.
constexpr std::chrono::seconds patience{30};

template <class T>
T run(asio::io_context& context, asio::awaitable<T> operation) {
    std::optional<T> result;
    asio::co_spawn(context, std::move(operation), [&](std::exception_ptr thrown, T value) {
        if (thrown) std::rethrow_exception(thrown);
        result.emplace(std::move(value));
    });
    context.restart();
    while (!result && context.run_one() > 0) {
    }
    return std::move(*result);
}

inline void run(asio::io_context& context, asio::awaitable<void> operation) {
    bool done = false;
    asio::co_spawn(context, std::move(operation), [&](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
        done = true;
    });
    context.restart();
    while (!done && context.run_one() > 0) {
    }
}

}  // namespace gatepost::imap
