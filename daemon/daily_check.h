// Has the vault checked once a day, by a clock that does not jump. On the front's executor.
#pragma once

#include <chrono>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/vault_jobs.h"

namespace gatepost::daemon {

class DailyCheck {
  public:
    struct Pauses {
        /// After the start, which looks at every row itself; soon enough for a daemon that is
        /// restarted every night.
        std::chrono::milliseconds before_the_first = std::chrono::hours(1);
        std::chrono::milliseconds between = std::chrono::hours(24);
        /// Where another job was running.
        std::chrono::milliseconds before_another_try = std::chrono::minutes(10);
    };

    /// The jobs outlive it.
    DailyCheck(const boost::asio::any_io_executor& executor, VaultJobs& jobs);
    DailyCheck(const boost::asio::any_io_executor& executor, VaultJobs& jobs, const Pauses& pauses);

    void start() { check_after(pauses_.before_the_first); }

  private:
    void check_after(std::chrono::milliseconds pause);

    boost::asio::steady_timer timer_;
    VaultJobs& jobs_;
    const Pauses pauses_;
};

}  // namespace gatepost::daemon
