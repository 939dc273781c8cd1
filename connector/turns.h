// Turns: what concerns one account happens one after the other, in the order of asking, while other
// accounts go on. One table for one kind of work, on one executor. Taken only by coroutines that
// nobody cancels: a turn that was passed on must be used.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connector/reply.h"

namespace gatepost::connector {

class Turns {
  public:
    explicit Turns(boost::asio::any_io_executor executor);
    Turns(const Turns&) = delete;
    Turns& operator=(const Turns&) = delete;

    /// Holds the turn of one account until it goes. The table outlives it.
    class Turn {
      public:
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&&) = delete;
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn();

      private:
        friend class Turns;
        Turn(Turns& turns, std::string account);

        Turns* turns_;
        std::string account_;
    };

    /// Waits until everyone who asked before has finished.
    boost::asio::awaitable<Turn> take(std::string account);

  private:
    // Weak, because a coroutine may be destroyed while it waits: its place is then skipped.
    using Line = std::deque<std::weak_ptr<Reply<bool>>>;

    void pass_on(const std::string& account);

    boost::asio::any_io_executor executor_;
    std::map<std::string, Line, std::less<>> lines_;  ///< an account is here while its turn is held
};

}  // namespace gatepost::connector
