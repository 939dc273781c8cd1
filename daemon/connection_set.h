// The connections of a server, which owns them: none is left when it has stopped. On one executor.
#pragma once

#include <memory>
#include <unordered_set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/connection.h"
#include "net/deadline.h"

namespace gatepost::daemon {

class ConnectionSet {
  public:
    explicit ConnectionSet(boost::asio::any_io_executor executor);
    ~ConnectionSet();
    ConnectionSet(const ConnectionSet&) = delete;
    ConnectionSet& operator=(const ConnectionSet&) = delete;

    /// Serves it, and forgets it when it ends. What serve() throws ends the program: a bug.
    void start(std::shared_ptr<Connection> connection);

    /// Has all finish: see Connection.
    void finish();
    void cut();
    /// Waits until there is none; answers whether that was before the deadline.
    boost::asio::awaitable<bool> empty(net::Deadline deadline);

    [[nodiscard]] std::size_t size() const;

  private:
    struct State;
    std::shared_ptr<State> state_;  ///< shared with the connections' ends
};

}  // namespace gatepost::daemon
