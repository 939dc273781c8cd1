// Work on the vault that takes a while, as the operator sees it: one job at a time, how far it is,
// how the last one ended. On the front's executor; the vault's own threads do the work, and their
// reports come here as messages.
#pragma once

#include <chrono>
#include <filesystem>
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

    struct Check {
        Job::Time at;
        vault::CheckReport report;
    };
    /// The last one that came to its end since the start; null when there was none.
    [[nodiscard]] const Check* last_check() const {
        return *last_check_ ? &**last_check_ : nullptr;
    }

    // Each begins a job, or fails with conflict while another one runs.

    Result<void> rotate();
    /// Goes on with a rotation that was interrupted.
    Result<void> finish_rotation();
    Result<void> back_up(const std::filesystem::path& file);
    /// What it finds is told in the log too.
    Result<void> check();

  private:
    using Finish = vault::Answer<boost::json::object>;
    /// Asks the vault, which reports and finishes from its threads.
    using Work = std::function<void(vault::ReportProgress report, Finish finish)>;

    Result<void> begin(const char* what, const Work& work);

    boost::asio::any_io_executor executor_;
    vault::Vault& vault_;
    Log& log_;
    // Shared with the messages that are on their way.
    std::shared_ptr<Job> latest_;
    std::shared_ptr<std::optional<Check>> last_check_ = std::make_shared<std::optional<Check>>();
};

}  // namespace gatepost::daemon
