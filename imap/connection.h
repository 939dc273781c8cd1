// Connection: a net::Stream that is read by whole responses. I/O alone: it waits, moves bytes, and
// has the framer judge them. One operation at a time, on the stream's executor; deadlines are the
// callers'.
#pragma once

#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/result.h"
#include "imap/framer.h"
#include "net/stream.h"
#include "net/tls.h"

namespace gatepost::imap {

class Connection {
  public:
    explicit Connection(boost::asio::ip::tcp::socket socket);

    /// Counts what is received anew, by these limits.
    void begin(const FramingLimits& limits) { framer_.begin(limits); }
    /// All of it. `bytes` must live until the write completes.
    boost::asio::awaitable<Result<void>> send(std::string_view bytes);
    /// One whole response with its CRLF. Fails with protocol_violation, and with what Stream fails
    /// with; cannot_connect (fact reason=closed) at the end.
    boost::asio::awaitable<Result<std::string>> receive();
    /// Takes in what can be received without waiting, a part of it at least; false where there is
    /// nothing. Fails as receive().
    Result<bool> receive_now();
    /// True when bytes behind the last response have been received already.
    [[nodiscard]] bool more_received() const { return !framer_.empty(); }

    [[nodiscard]] net::Stream& stream() { return stream_; }

  private:
    Result<net::Stream::Progress> pull();

    net::Stream stream_;
    Framer framer_{greeting_limits};
};

}  // namespace gatepost::imap
