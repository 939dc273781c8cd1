// What systemd is told (sd_notify(3)): when the daemon is ready, reloads, stops, and that its event
// loop still turns. Says nothing where there is no systemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace gatepost::daemon {

class ServiceManager {
  public:
    void ready(const std::string& status);
    void status(const std::string& status);
    void reloading();
    void stopping();
};

/// Pings from the event loop that it watches, never from a thread of its own: a loop that hangs
/// shall be noticed.
class Watchdog {
  public:
    explicit Watchdog(const boost::asio::any_io_executor& executor);

    /// Nothing happens unless systemd waits for pings (WatchdogSec=).
    void start();

  private:
    void ping();

    boost::asio::steady_timer timer_;
    std::chrono::microseconds period_{0};
};

}  // namespace gatepost::daemon
