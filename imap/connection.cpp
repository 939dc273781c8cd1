#include "imap/connection.h"

#include <array>

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;

// In bytes: one TLS record. On the stack, and only while bytes are moved: no session holds one.
constexpr std::size_t read_size = 16 << 10;

Problem closed_by_the_server() {
    return problem(ProblemKind::cannot_connect, "The server closed the connection")
        .with("reason", "closed");
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket) : stream_(std::move(socket)) {}

asio::awaitable<Result<void>> Connection::send(std::string_view bytes) {
    return stream_.write(bytes);
}

Result<bool> Connection::receive_now() {
    const auto pulled = pull();
    if (!pulled) return pulled.error();
    if (pulled->closed) return closed_by_the_server();
    return pulled->bytes > 0;
}

asio::awaitable<Result<std::string>> Connection::receive() {
    while (true) {
        auto response = framer_.next();
        if (!response) co_return std::move(response).error();
        if (*response) co_return std::move(**response);
        // Waiting first lets others have their turn, however fast a server sends.
        auto waited = co_await stream_.wait_readable();
        if (!waited) co_return std::move(waited).error();
        auto pulled = pull();
        if (!pulled) co_return std::move(pulled).error();
        if (pulled->closed) co_return closed_by_the_server();
        if (pulled->wants_write) {
            auto writable = co_await stream_.wait_writable();
            if (!writable) co_return std::move(writable).error();
        }
    }
}

Result<net::Stream::Progress> Connection::pull() {
    std::array<char, read_size> buffer;  // not initialised: it is written before it is read
    auto progress = stream_.read_now(buffer);
    if (progress) framer_.append({buffer.data(), progress->bytes});
    return progress;
}

}  // namespace gatepost::imap
