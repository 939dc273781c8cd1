// A listening Unix socket in the file system. It is there for exactly those who may connect, from
// the first moment on, and takes the place of what a dead daemon left behind, but never of a live
// one's.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "core/result.h"

namespace gatepost::daemon {

struct SocketAccess {
    mode_t mode = 0660;
    std::string group;  ///< empty: the process's own
};

class UnixListener {
  public:
    /// Fails with `configuration`: the directory or the group is not there, somebody listens there
    /// already, the path is too long.
    static Result<UnixListener> listen(const boost::asio::any_io_executor& executor,
                                       std::string path, const SocketAccess& access);
    UnixListener(UnixListener&& other) noexcept;
    UnixListener& operator=(UnixListener&&) = delete;
    /// Closes, and removes the socket's file.
    ~UnixListener();

    [[nodiscard]] boost::asio::local::stream_protocol::acceptor& acceptor() { return acceptor_; }

  private:
    UnixListener(std::string path, boost::asio::local::stream_protocol::acceptor acceptor);

    std::string path_;  ///< empty: moved from
    boost::asio::local::stream_protocol::acceptor acceptor_;
};

}  // namespace gatepost::daemon
