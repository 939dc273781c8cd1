#include "daemon/life_cycle.h"

#include <csignal>
#include <cstdlib>

#include <boost/asio/use_awaitable.hpp>

namespace gatepost::daemon {
namespace {

// From the signal to the end. Requests may take the first part of it: whoever waits longer for a
// provider is told that Gatepost stops. The rest is for logging out at every provider.
constexpr std::chrono::seconds stop_patience{5};
constexpr std::chrono::seconds request_patience{2};
// For answers that are there by then to be written.
constexpr std::chrono::seconds last_words_patience{1};

std::string serving(const connector::Connector::Health& health) {
    std::size_t accounts = 0;
    for (const auto& [state, count] : health.accounts)
        accounts += count;
    return "Serving " + std::to_string(accounts) + " accounts";
}

}  // namespace

LifeCycle::LifeCycle(boost::asio::any_io_executor executor, Parts parts)
    : parts_(parts), signals_(executor, SIGTERM, SIGINT, SIGHUP), watchdog_(executor) {}

boost::asio::awaitable<void> LifeCycle::run() {
    start();
    while (true) {
        const int signal = co_await signals_.async_wait(boost::asio::use_awaitable);
        if (signal != SIGHUP) break;
        reload();
    }
    // Whoever asks twice does not want to wait.
    signals_.async_wait([](const boost::system::error_code& cancelled, int) {
        if (!cancelled) std::_Exit(EXIT_FAILURE);
    });
    co_await stop();
    signals_.cancel();
}

void LifeCycle::start() {
    parts_.api_server.start();
    parts_.imap_server.start();
    parts_.api.set_ready(true);
    watchdog_.start();
    const std::string status = serving(parts_.connector.health());
    service_manager_.ready(status);
    parts_.log.info("Gatepost is ready.", {{"version", GATEPOST_VERSION}, {"status", status}});
}

void LifeCycle::reload() {
    service_manager_.reloading();
    if (const auto read = reread(); !read) {
        parts_.log.error("The configuration was not changed, since it has a mistake.",
                         {{"detail", read.error().detail}});
    }
    service_manager_.ready(serving(parts_.connector.health()));
}

Result<void> LifeCycle::reread() {
    const auto read =
        read_configuration(parts_.options.configuration_file, parts_.options.names_file);
    if (!read) return read.error();
    auto access = Access::make(read->access, read->vault_operators);
    if (!access) return access.error();
    parts_.access = std::move(*access);
    parts_.log.set(read->log.level, read->log.format);
    parts_.log.info("The configuration was read again.");
    for (const std::string& section : changes_for_a_restart(parts_.configuration, *read)) {
        parts_.log.warning("A change of the configuration needs a restart.",
                           {{"section", section}});
    }
    return {};
}

boost::asio::awaitable<void> LifeCycle::stop() {
    const auto end = net::after(stop_patience);
    service_manager_.stopping();
    parts_.log.info("Gatepost is stopping.");
    parts_.api.set_ready(false);
    parts_.imap_server.finish();
    parts_.api_server.finish();
    co_await parts_.api_server.empty(net::after(request_patience));
    co_await parts_.connector.stop(end);
    const bool answered = co_await parts_.api_server.empty(net::after(last_words_patience));
    parts_.api_server.cut();
    parts_.imap_server.cut();
    parts_.log.info("Gatepost has stopped.", {{"requests", answered ? "answered" : "cut"}});
}

}  // namespace gatepost::daemon
