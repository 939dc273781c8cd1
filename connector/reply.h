// Reply: one answer that is on its way, and the coroutine that waits for it. Reactors and the vault
// answer by a message; this is where the message and the waiting coroutine meet. Lives on one
// executor: whoever answers from another thread posts there first.
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/deadline.h"

namespace gatepost::connector {

template <class T>
class Reply {
  public:
    explicit Reply(const boost::asio::any_io_executor& executor) : wake_(executor) {}

    /// The answer; only the first one counts.
    void set(T value) {
        if (value_) return;
        value_.emplace(std::move(value));
        wake_.cancel();
    }

    /// The answer, or nothing when the deadline passed first. Awaited once; the reply outlives it.
    boost::asio::awaitable<std::optional<T>> wait(net::Deadline deadline) {
        if (!value_) {
            wake_.expires_at(deadline);
            co_await wake_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
        co_return std::move(value_);
    }

  private:
    boost::asio::steady_timer wake_;
    std::optional<T> value_;
};

/// For answers that always come.
inline constexpr net::Deadline no_deadline = net::Deadline::max();

}  // namespace gatepost::connector
