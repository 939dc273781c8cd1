#include "daemon/vault_jobs.h"

#include <boost/asio/post.hpp>

namespace gatepost::daemon {
namespace {

using Job = VaultJobs::Job;

void end(Job& job, Result<boost::json::object> result, Log& log) {
    job.ended_at = std::chrono::system_clock::now();
    if (result) {
        job.state = Job::State::done;
        job.result = std::move(*result);
        log.info("The vault's job is done.", {{"job", job.what}});
    } else {
        job.state = Job::State::failed;
        job.problem = std::move(result).error();
        log.error("The vault's job has failed.",
                  {{"job", job.what}, {"detail", job.problem->detail}});
    }
}

/// For jobs that have nothing to say but that they are done.
vault::Answer<void> without_result(vault::Answer<boost::json::object> finish) {
    return [finish = std::move(finish)](const Result<void>& done) {
        finish(done ? Result<boost::json::object>(boost::json::object()) : done.error());
    };
}

}  // namespace

VaultJobs::VaultJobs(boost::asio::any_io_executor executor, vault::Vault& vault, Log& log)
    : executor_(std::move(executor)), vault_(vault), log_(log) {}

Result<void> VaultJobs::rotate() {
    return begin("rotate", [this](vault::ReportProgress report, const Finish& finish) {
        vault_.rotate(std::move(report), without_result(finish));
    });
}

Result<void> VaultJobs::finish_rotation() {
    return begin("rotate", [this](vault::ReportProgress report, const Finish& finish) {
        vault_.finish_rotation(std::move(report), without_result(finish));
    });
}

Result<void> VaultJobs::begin(const char* what, const Work& work) {
    if (latest_ && latest_->state == Job::State::running) {
        return problem(ProblemKind::conflict,
                       "The vault's job " + latest_->what + " is still running: wait for its end.")
            .with("job", latest_->what);
    }
    const auto job = std::make_shared<Job>();
    job->what = what;
    job->started_at = std::chrono::system_clock::now();
    latest_ = job;
    log_.info("The vault's job begins.", {{"job", job->what}});
    const auto report = [job, executor = executor_](vault::Progress progress) {
        boost::asio::post(executor, [job, progress] { job->progress = progress; });
    };
    const auto finish = [job, executor = executor_,
                         &log = log_](Result<boost::json::object> result) {
        boost::asio::post(executor, [job, &log, result = std::move(result)]() mutable {
            end(*job, std::move(result), log);
        });
    };
    work(report, finish);
    return {};
}

}  // namespace gatepost::daemon
