#include "daemon/vault_jobs.h"

#include <algorithm>

#include <boost/asio/post.hpp>

#include "vault/check_json.h"

namespace gatepost::daemon {
namespace {

using Job = VaultJobs::Job;

// Each account is a line; the check's result names all of them.
constexpr std::size_t max_logged = 100;

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

void log_findings(const vault::CheckReport& found, Log& log) {
    for (const std::string& words : found.file)
        log.error("A check has found the vault's file to be damaged.", {{"detail", words}});
    if (found.keys) {
        log.error("A check has found that the vault would not open again.",
                  {{"detail", found.keys->detail}});
    }
    for (std::size_t i = 0; i < std::min(found.damaged_accounts.size(), max_logged); ++i) {
        const vault::DamagedRecord& record = found.damaged_accounts[i];
        log.error("A check has found an account to be damaged.",
                  {{"account", record.name}, {"damage", std::string(name_of(record.damage))}});
    }
    for (const vault::DamagedRecord& record : found.damaged_documents)
        log.error("A check has found a document to be damaged.", {{"document", record.name}});
    if (found.is_whole()) return;
    log.error("The vault is damaged: `gatepost vault check` says what to do.",
              {{"accounts", std::to_string(found.damaged_accounts.size())}});
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

Result<void> VaultJobs::back_up(const std::filesystem::path& file) {
    return begin("backup", [this, &file](vault::ReportProgress report, const Finish& finish) {
        vault_.back_up(file, std::move(report), [file, finish](Result<std::uint64_t> bytes) {
            if (!bytes) return finish(bytes.error());
            finish(boost::json::object{{"path", file.string()}, {"bytes", *bytes}});
        });
    });
}

Result<void> VaultJobs::check() {
    return begin("check", [this](vault::ReportProgress report, const Finish& finish) {
        vault_.check(std::move(report), [last = last_check_, executor = executor_, &log = log_,
                                         finish](Result<vault::CheckReport> found) {
            if (!found) return finish(found.error());
            auto result = to_json(*found);
            boost::asio::post(executor, [last, &log, found = std::move(*found)]() mutable {
                log_findings(found, log);
                *last = Check{std::chrono::system_clock::now(), std::move(found)};
            });
            finish(std::move(result));
        });
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
