#include "daemon/lingering.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>

#include "core/secret.h"
#include "net/deadline.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;

// A client that sends more than that after it was refused does not read, or does not care.
constexpr std::size_t max_bytes = 16 * 1024 * 1024;

asio::awaitable<Result<void>> discard(UnixSocket& socket) {
    std::array<char, 4096> unseen;
    for (std::size_t discarded = 0; discarded < max_bytes;) {
        const auto [error, bytes] = co_await socket.async_read_some(
            asio::buffer(unseen), asio::as_tuple(asio::use_awaitable));
        wipe(unseen.data(), bytes);
        if (error) break;
        discarded += bytes;
    }
    co_return Result<void>();
}

}  // namespace

asio::awaitable<void> linger(UnixSocket& socket, std::chrono::milliseconds patience) {
    boost::system::error_code ignored;
    socket.shutdown(UnixSocket::shutdown_send, ignored);
    co_await net::within(net::after(patience), discard(socket), "Lingering");
}

}  // namespace gatepost::daemon
