// The network between a reactor and a provider, that a test can slow down, silence and cut: carries
// the bytes of TCP connections, on a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <thread>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace gatepost::imap {

class CuttableRelay {
  public:
    /// Listens at the provider's address, on a port of its own.
    explicit CuttableRelay(boost::asio::ip::tcp::endpoint provider);
    ~CuttableRelay();
    CuttableRelay(const CuttableRelay&) = delete;
    CuttableRelay& operator=(const CuttableRelay&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Everything takes so much longer, in both directions.
    void slow_down(std::chrono::milliseconds delay) { delay_ = delay; }
    /// Takes connections and bytes, and passes nothing on, until it speaks again.
    void silence() { is_silent_ = true; }
    void speak() { is_silent_ = false; }
    /// Ends all connections by RST.
    void reset();

  private:
    using Socket = boost::asio::ip::tcp::socket;
    struct Connection {
        explicit Connection(boost::asio::io_context& context)
            : client(context), provider(context) {}
        Socket client;
        Socket provider;
    };

    boost::asio::awaitable<void> accept_all();
    boost::asio::awaitable<void> carry(std::shared_ptr<Connection> connection);
    boost::asio::awaitable<void> pass(std::shared_ptr<Connection> connection, Socket& from,
                                      Socket& to);
    boost::asio::awaitable<void> hold_up();

    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::endpoint provider_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::list<std::weak_ptr<Connection>> connections_;
    std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds(0)};
    std::atomic<bool> is_silent_ = false;
    std::thread thread_;
};

}  // namespace gatepost::imap
