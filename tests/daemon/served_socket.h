// A real server on a real Unix socket, for tests that speak raw bytes to it: the server runs on a
// thread of its own, the test is the client and blocks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "daemon/unix_server.h"

namespace gatepost::daemon {

/// A client's blocking socket. Reads give up after some seconds, so that a server that does not
/// answer fails the test.
class RawClient {
  public:
    explicit RawClient(const std::string& path);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// As much as the server takes.
    void send(std::string_view bytes);
    /// Up to and with the text; all there was, where the connection ends before.
    std::string read_until(std::string_view text);
    /// Up to the end.
    std::string read_all() { return read_until(""); }
    /// True when the server has closed the connection, and nothing is left to read.
    bool is_closed();

  private:
    int socket_;
    std::string received_;
};

class ServedSocket {
  public:
    /// @param log_descriptor where the server's log goes; stays the caller's
    explicit ServedSocket(int log_descriptor = -1);
    ~ServedSocket();

    /// The server begins. Once.
    void serve(ServerLimits limits, const std::string& turned_away, UnixServer::Maker make);

    /// On the server's thread; returns when it has run.
    void run_there(std::function<void()> function);

    /// True when no connection was left before much time has passed.
    bool becomes_empty();
    /// As the daemon's end does.
    void finish();
    void cut();

    std::string directory;
    std::string path;
    Log log;
    boost::asio::io_context context;
    std::unique_ptr<UnixServer> server;

  private:
    template <class T>
    T await(boost::asio::awaitable<T> operation);

    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

}  // namespace gatepost::daemon
