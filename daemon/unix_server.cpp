#include "daemon/unix_server.h"

#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/turned_away.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;

// Without a pause, an accept that fails for want of descriptors fails a hundred thousand times a
// second.
constexpr std::chrono::milliseconds pause_after_error{100};

// Who is beyond them has lost its connection, and not heard why.
constexpr std::size_t max_turned_away_per_user = 64;
constexpr std::size_t max_turned_away = 256;

}  // namespace

UnixServer::UnixServer(UnixListener listener, ServerLimits limits, std::string name,
                       std::string turned_away, Maker make, Log& log)
    : listener_(std::move(listener)),
      pause_(listener_.acceptor().get_executor()),
      limit_(limits.per_user, limits.in_all),
      turned_away_limit_(max_turned_away_per_user, max_turned_away),
      name_(std::move(name)),
      turned_away_(std::move(turned_away)),
      make_(std::move(make)),
      log_(log),
      connections_(listener_.acceptor().get_executor()) {}

UnixServer::~UnixServer() = default;

void UnixServer::start() {
    asio::co_spawn(listener_.acceptor().get_executor(), accept_all(),
                   [](const std::exception_ptr& bug) {
                       if (bug) std::rethrow_exception(bug);
                   });
}

asio::awaitable<void> UnixServer::accept_all() {
    while (true) {
        auto [error, socket] =
            co_await listener_.acceptor().async_accept(asio::as_tuple(asio::use_awaitable));
        if (error == asio::error::operation_aborted) co_return;  // closed; this may be gone, too
        if (!error) {
            admit(std::move(socket));
            continue;
        }
        log_.warning("A connection could not be accepted.",
                     {{"socket", name_}, {"reason", error.message()}});
        pause_.expires_after(pause_after_error);
        const auto [cancelled] = co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (cancelled) co_return;
    }
}

void UnixServer::admit(UnixSocket socket) {
    auto peer = Peer::of(socket.native_handle());
    if (!peer) return;
    const uid_t user = peer->uid;
    auto place = limit_.admit(user);
    if (place) {
        shut_out_.erase(user);
        return connections_.start(make_({std::move(socket), std::move(*peer)}, std::move(*place)));
    }
    if (shut_out_.insert(user).second) {
        log_.warning("A user has too many connections.",
                     {{"socket", name_}, {"uid", std::to_string(user)}});
    }
    auto waiting_room = turned_away_limit_.admit(user);
    if (!waiting_room) return;
    connections_.start(
        make_turned_away_connection(std::move(socket), std::move(*waiting_room), turned_away_));
}

void UnixServer::finish() {
    boost::system::error_code ignored;
    listener_.acceptor().close(ignored);
    pause_.cancel();
    connections_.finish();
}

}  // namespace gatepost::daemon
