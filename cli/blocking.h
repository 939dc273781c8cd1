// From coroutines to a program that does one thing after the other: runs one until it is done.
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace gatepost::cli {

/// Runs the operation on the context, on this thread, and returns what it answers.
template <class T>
T run_until_done(boost::asio::io_context& context, boost::asio::awaitable<T> operation) {
    std::optional<T> answer;
    boost::asio::co_spawn(context, std::move(operation), [&](std::exception_ptr failed, T value) {
        if (failed) std::rethrow_exception(failed);
        answer.emplace(std::move(value));
    });
    context.restart();
    context.run();
    return std::move(answer.value());
}

}  // namespace gatepost::cli
