// The daemon's life once everything stands: serve, reload on SIGHUP, stop on SIGTERM or SIGINT. On
// the front's executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/signal_set.hpp>

#include "connector/connector.h"
#include "daemon/access.h"
#include "daemon/api.h"
#include "daemon/configuration.h"
#include "daemon/log.h"
#include "daemon/options.h"
#include "daemon/service_manager.h"
#include "daemon/unix_server.h"

namespace gatepost::daemon {

class LifeCycle {
  public:
    /// What it sees through its life; all of it outlives this.
    struct Parts {
        const Options& options;
        Configuration& configuration;
        Log& log;
        Access& access;
        connector::Connector& connector;
        Api& api;
        UnixServer& api_server;
        UnixServer& imap_server;
    };

    LifeCycle(boost::asio::any_io_executor executor, Parts parts);

    /// Serves until a signal ends it; returns when everything has stopped.
    boost::asio::awaitable<void> run();

  private:
    void start();
    void reload();
    Result<void> reread();
    boost::asio::awaitable<void> stop();

    Parts parts_;
    boost::asio::signal_set signals_;
    ServiceManager service_manager_;
    Watchdog watchdog_;
};

}  // namespace gatepost::daemon
