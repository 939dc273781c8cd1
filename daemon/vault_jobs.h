// Work on the vault that takes a while, as the operator sees it: one job at a time, how far it is,
// how the last one ended. On the front's executor; the vault's own threads do the work, and their
// reports come here as messages.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/object.hpp>

#include "core/result.h"
#include "daemon/log.h"
#include "vault/vault.h"

namespace gatepost::daemon {

class VaultJobs {
  public:
    /// All outlive the object; the executor's context and the log also outlive the vault.
    VaultJobs(boost::asio::any_io_executor executor, vault::Vault& vault, Log& log);

    struct Job {
        enum class State { running, done, failed };
        using Time = std::chrono::system_clock::time_point;

        std::string what;  ///< "rotate", "backup", "check"
        State state = State::running;
        vault::Progress progress;
        Time started_at;
        std::optional<Time> ended_at;
        std::optional<Problem> problem;  ///< why it failed
        boost::json::object result;      ///< what else it has to say at its end
    };
    /// The one that runs, or else the last one since the start.
    [[nodiscard]] const Job* latest() const { return latest_.get(); }

    // Each begins a job, or fails with conflict while another one runs.

    Result<void> rotate();
    /// Goes on with a rotation that was interrupted.
    Result<void> finish_rotation();

  private:
    using Finish = vault::Answer<boost::json::object>;
    /// Asks the vault, which reports and finishes from its threads.
    using Work = std::function<void(vault::ReportProgress report, Finish finish)>;

    Result<void> begin(const char* what, const Work& work);

    boost::asio::any_io_executor executor_;
    vault::Vault& vault_;
    Log& log_;
    std::shared_ptr<Job> latest_;  ///< shared with the messages that are on their way
};

}  // namespace gatepost::daemon
