#include "daemon/service_manager.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace gatepost::daemon {
namespace {

void notify(const std::string& state) {
    ::sd_notify(0, state.c_str());
}

}  // namespace

void ServiceManager::ready(const std::string& status) {
    notify("READY=1\nSTATUS=" + status);
}

void ServiceManager::status(const std::string& status) {
    notify("STATUS=" + status);
}

void ServiceManager::reloading() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void ServiceManager::stopping() {
    notify("STOPPING=1\nSTATUS=Stopping");
}

Watchdog::Watchdog(const boost::asio::any_io_executor& executor) : timer_(executor) {}

void Watchdog::start() {
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) <= 0) return;
    period_ = std::chrono::microseconds(microseconds) / 2;  // as sd_watchdog_enabled(3) advises
    ping();
}

void Watchdog::ping() {
    notify("WATCHDOG=1");
    timer_.expires_after(period_);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) ping();
    });
}

}  // namespace gatepost::daemon
