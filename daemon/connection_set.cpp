#include "daemon/connection_set.h"

#include <exception>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gatepost::daemon {

struct ConnectionSet::State {
    explicit State(const boost::asio::any_io_executor& executor) : changed(executor) {
        changed.expires_at(net::Deadline::max());
    }

    std::unordered_set<std::shared_ptr<Connection>> connections;
    boost::asio::steady_timer changed;  ///< cancelled when the last connection goes
};

ConnectionSet::ConnectionSet(boost::asio::any_io_executor executor)
    : state_(std::make_shared<State>(executor)) {}

ConnectionSet::~ConnectionSet() {
    cut();
}

void ConnectionSet::start(std::shared_ptr<Connection> connection) {
    state_->connections.insert(connection);
    auto serving = connection->serve();
    boost::asio::co_spawn(state_->changed.get_executor(), std::move(serving),
                          [state = state_, connection](const std::exception_ptr& bug) {
                              if (bug) std::rethrow_exception(bug);
                              state->connections.erase(connection);
                              if (state->connections.empty()) state->changed.cancel();
                          });
}

boost::asio::awaitable<bool> ConnectionSet::empty(net::Deadline deadline) {
    const auto state = state_;
    if (!state->connections.empty()) {
        state->changed.expires_at(deadline);
        co_await state->changed.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    const bool is_empty = state->connections.empty();
    co_return is_empty;
}

// Ends are posted, so the set does not change under these.

void ConnectionSet::finish() {
    for (const auto& connection : state_->connections)
        connection->finish();
}

void ConnectionSet::cut() {
    for (const auto& connection : state_->connections)
        connection->cut();
}

std::size_t ConnectionSet::size() const {
    return state_->connections.size();
}

}  // namespace gatepost::daemon
