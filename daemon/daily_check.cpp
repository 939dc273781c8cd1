#include "daemon/daily_check.h"

namespace gatepost::daemon {

DailyCheck::DailyCheck(const boost::asio::any_io_executor& executor, VaultJobs& jobs)
    : DailyCheck(executor, jobs, Pauses()) {}

DailyCheck::DailyCheck(const boost::asio::any_io_executor& executor, VaultJobs& jobs,
                       const Pauses& pauses)
    : timer_(executor), jobs_(jobs), pauses_(pauses) {}

void DailyCheck::check_after(std::chrono::milliseconds pause) {
    timer_.expires_after(pause);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        check_after(jobs_.check() ? pauses_.between : pauses_.before_another_try);
    });
}

}  // namespace gatepost::daemon
