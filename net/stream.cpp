#include "net/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <cerrno>
#include <climits>
#include <tuple>
#include <utility>

#include "net/tls_problem.h"

namespace gatepost::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Progress = Stream::Progress;

constexpr std::string_view peer = "The server";

Problem closed_by_us() {
    return problem(ProblemKind::cancelled, "The connection was closed.");
}

int size_for_openssl(std::size_t size) {
    return size > INT_MAX ? INT_MAX : static_cast<int>(size);
}

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

// What the return value of SSL_read or SSL_write means. To be called right after.
Result<Progress> progress_of(SSL* ssl, int result) {
    if (result > 0) return Progress{.bytes = static_cast<std::size_t>(result)};
    const int error = SSL_get_error(ssl, result);
    switch (error) {
        case SSL_ERROR_WANT_READ:
            return Progress{.wants_read = true};
        case SSL_ERROR_WANT_WRITE:
            return Progress{.wants_write = true};
        case SSL_ERROR_ZERO_RETURN:
            return Progress{.closed = true};
        default:
            return transfer_problem(ssl, error);
    }
}

}  // namespace

Stream::Stream(tcp::socket socket) : socket_(std::move(socket)) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
}

Stream::~Stream() {
    close();
}

Stream::Stream(Stream&&) noexcept = default;

Stream& Stream::operator=(Stream&& other) noexcept {
    if (this != &other) {
        close();
        socket_ = std::move(other.socket_);
        ssl_ = std::move(other.ssl_);
    }
    return *this;
}

asio::awaitable<Result<void>> Stream::start_tls(TlsContext& context, std::string host) {
    auto connection = context.connection(socket_.native_handle(), host);
    if (!connection) co_return std::move(connection).error();
    ssl_ = std::move(*connection);
    while (ssl_) {
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl_.get());
        if (result == 1) co_return Result<void>();
        const int error = SSL_get_error(ssl_.get(), result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            Problem failure = handshake_problem(ssl_.get(), error);
            // What is still to come must not go out in the clear.
            close();
            co_return failure;
        }
        auto waited = co_await wait(error == SSL_ERROR_WANT_READ ? tcp::socket::wait_read
                                                                 : tcp::socket::wait_write);
        if (!waited) {
            close();
            co_return waited;
        }
    }
    co_return closed_by_us();
}

asio::awaitable<Result<std::size_t>> Stream::read_some(std::span<char> buffer) {
    for (;;) {
        auto progress = read_now(buffer);
        if (!progress) co_return std::move(progress).error();
        if (progress->bytes > 0 || progress->closed) co_return progress->bytes;
        auto waited =
            co_await wait(progress->wants_write ? tcp::socket::wait_write : tcp::socket::wait_read);
        if (!waited) co_return std::move(waited).error();
    }
}

asio::awaitable<Result<void>> Stream::write(std::string_view bytes) {
    while (!bytes.empty()) {
        auto progress = write_now(bytes);
        if (!progress) co_return std::move(progress).error();
        if (progress->closed) co_return closed_problem(peer);
        bytes.remove_prefix(progress->bytes);
        if (progress->bytes > 0) continue;
        auto waited =
            co_await wait(progress->wants_read ? tcp::socket::wait_read : tcp::socket::wait_write);
        if (!waited) co_return waited;
    }
    co_return Result<void>();
}

Result<Progress> Stream::read_now(std::span<char> buffer) {
    assert(!buffer.empty());
    if (!is_open()) return closed_by_us();
    if (ssl_) {
        ERR_clear_error();
        return progress_of(ssl_.get(),
                           SSL_read(ssl_.get(), buffer.data(), size_for_openssl(buffer.size())));
    }
    const ssize_t received = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
    if (received > 0) return Progress{.bytes = static_cast<std::size_t>(received)};
    if (received == 0) return Progress{.closed = true};
    if (would_block()) return Progress{.wants_read = true};
    return closed_problem(peer);
}

Result<Progress> Stream::write_now(std::string_view bytes) {
    assert(!bytes.empty());
    if (!is_open()) return closed_by_us();
    if (ssl_) {
        ERR_clear_error();
        return progress_of(ssl_.get(),
                           SSL_write(ssl_.get(), bytes.data(), size_for_openssl(bytes.size())));
    }
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return Progress{.bytes = static_cast<std::size_t>(sent)};
    if (would_block()) return Progress{.wants_write = true};
    return closed_problem(peer);
}

asio::awaitable<Result<void>> Stream::wait_readable() {
    // Bytes of a record that is decrypted already make no descriptor readable.
    if (ssl_ && SSL_pending(ssl_.get()) > 0) co_return Result<void>();
    co_return co_await wait(tcp::socket::wait_read);
}

asio::awaitable<Result<void>> Stream::wait_writable() {
    return wait(tcp::socket::wait_write);
}

asio::awaitable<Result<void>> Stream::wait(tcp::socket::wait_type readiness) {
    if (!is_open()) co_return closed_by_us();
    const auto waited = co_await socket_.async_wait(readiness, asio::as_tuple(asio::use_awaitable));
    if (!std::get<0>(waited)) co_return Result<void>();
    if (std::get<0>(waited) != asio::error::operation_aborted) co_return closed_problem(peer);
    co_return problem(ProblemKind::cancelled, "Waiting for the server was cancelled.");
}

void Stream::close() noexcept {
    if (ssl_ && is_open() && SSL_is_init_finished(ssl_.get())) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }
    ssl_.reset();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

bool Stream::is_open() const {
    return socket_.is_open();
}

bool Stream::is_tls() const {
    return ssl_ && SSL_is_init_finished(ssl_.get());
}

std::string_view Stream::tls_version() const {
    return is_tls() ? SSL_get_version(ssl_.get()) : std::string_view();
}

bool Stream::resumed() const {
    return is_tls() && SSL_session_reused(ssl_.get()) == 1;
}

asio::any_io_executor Stream::executor() {
    return socket_.get_executor();
}

}  // namespace gatepost::net
