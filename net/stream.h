// Stream: a connected socket, in the clear at first, then under TLS by OpenSSL on the descriptor,
// with Asio only waiting for readiness. asio::ssl::stream would cost 58 KiB more for each session.
// One coroutine at a time uses it, on its executor's thread; only close() may come in between.
// Nothing here has a deadline of its own: callers put within() over whole operations.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/result.h"
#include "net/tls.h"

namespace gatepost::net {

class Stream {
  public:
    /// Takes the socket over, makes it non-blocking, and sets TCP_NODELAY.
    explicit Stream(boost::asio::ip::tcp::socket socket);
    ~Stream();
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;

    /// The handshake. Fails with tls_failed: fact reason is expired, not_yet_valid, hostname,
    /// untrusted, revoked, version, handshake or closed; or with cancelled. The stream is then
    /// closed, so that nothing can follow in the clear.
    boost::asio::awaitable<Result<void>> start_tls(TlsContext& context, std::string host);

    /// At least one byte, or 0 at the orderly end. Fails with cannot_connect (fact reason=closed)
    /// on a reset or an end without close_notify in the middle of TLS; with tls_failed where the
    /// peer breaks TLS; with cancelled, also after close(). The buffer is not empty.
    boost::asio::awaitable<Result<std::size_t>> read_some(std::span<char> buffer);
    /// All of it. `bytes` must live until the write completes.
    boost::asio::awaitable<Result<void>> write(std::string_view bytes);

    /// What can be done at once, without waiting; 0 when nothing can. For the relay, which waits on
    /// both of its ends by itself. `closed` is an orderly end. Bytes that write_now() could not
    /// take yet are offered again first, and no fewer: TLS may have made a record of them already.
    struct Progress {
        std::size_t bytes = 0;
        bool closed = false;
        bool wants_write = false;  ///< TLS has to write before it can go on (or read, for a write)
        bool wants_read = false;
    };
    Result<Progress> read_now(std::span<char> buffer);
    Result<Progress> write_now(std::string_view bytes);

    /// Completes when the socket is readable, bytes are already decrypted, or the wait is
    /// cancelled.
    boost::asio::awaitable<Result<void>> wait_readable();
    boost::asio::awaitable<Result<void>> wait_writable();

    /// Sends close_notify without waiting for the peer's, then closes.
    void close() noexcept;

    [[nodiscard]] bool is_open() const;
    [[nodiscard]] bool is_tls() const;
    /// "TLSv1.3"; empty in the clear.
    [[nodiscard]] std::string_view tls_version() const;
    [[nodiscard]] bool resumed() const;
    [[nodiscard]] boost::asio::any_io_executor executor();
    [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

  private:
    boost::asio::awaitable<Result<void>> wait(boost::asio::ip::tcp::socket::wait_type readiness);

    boost::asio::ip::tcp::socket socket_;
    TlsContext::Ssl ssl_;
};

}  // namespace gatepost::net
