#include "cli/vault_commands.h"

#include <filesystem>
#include <ostream>
#include <thread>

#include "cli/members.h"
#include "cli/print_vault.h"
#include "cli/requests.h"
#include "core/result.h"
#include "vault/check_json.h"
#include "vault/vault.h"

namespace gatepost::cli {
namespace {

namespace json = boost::json;

// ECMA-48: what is left of a longer line from before away.
constexpr std::string_view over_the_line_before = "\r\x1b[K";

Outcome<json::object> ask(ApiClient& api, ApiRequest request) {
    auto answer = api.send(std::move(request));
    if (!answer) return std::move(answer).error();
    if (!answer->is_object()) return json::object();
    return std::move(answer->get_object());
}

/// How far a job is: for programs nothing, on a terminal one line, elsewhere a line for each look.
class ProgressLine {
  public:
    ProgressLine(Output output, bool in_place) : output_(output), in_place_(in_place) {}

    void show(const json::object& job) {
        const std::string line = progress_of(job);
        if (output_.json || line == shown_) return;
        output_.out << (in_place_ ? over_the_line_before : std::string_view()) << line;
        if (!in_place_) output_.out << '\n';
        output_.out.flush();
        shown_ = line;
    }

    void end() {
        if (!output_.json && in_place_) output_.out << '\n';
    }

  private:
    Output output_;
    const bool in_place_;
    std::string shown_;
};

Problem lost_sight() {
    return problem(ProblemKind::conflict,
                   "The job has ended, and another one was begun or the daemon restarted since: "
                   "its log says how it ended.");
}

/// Looks at a job that was begun until it has ended: as it is then.
Outcome<json::object> follow(ApiClient& api, json::object job, ProgressLine& line,
                             std::chrono::milliseconds pause) {
    const std::string started = text_of(job, "started_at");
    line.show(job);
    while (text_of(job, "state") == "running") {
        std::this_thread::sleep_for(pause);
        auto vault = ask(api, {"GET", "/v1/vault"});
        if (!vault) return std::move(vault).error();
        job = object_of(*vault, "job");
        if (text_of(job, "started_at") != started) return Failure(lost_sight());
        line.show(job);
    }
    return job;
}

/// How jobs are shown while they run.
struct Watching {
    Output output;
    bool in_place;
    std::chrono::milliseconds pause;
};

/// The job as it is once it is done.
Outcome<json::object> run_job(ApiClient& api, ApiRequest request, const Watching& watching) {
    auto vault = ask(api, std::move(request));
    if (!vault) return std::move(vault).error();
    ProgressLine line(watching.output, watching.in_place);
    auto job = follow(api, object_of(*vault, "job"), line, watching.pause);
    line.end();
    if (!job) return std::move(job).error();
    if (text_of(*job, "state") == "failed") return Failure::told(object_of(*job, "problem"));
    return job;
}

Outcome<void> rotate(ApiClient& api, const Watching& watching) {
    auto job = run_job(api, {"POST", "/v1/vault/rotate"}, watching);
    if (!job) return std::move(job).error();
    if (watching.output.json) print_json(watching.output, *job);
    return {};
}

// The daemon is elsewhere, and takes absolute paths only.
Outcome<void> back_up(ApiClient& api, const BackUpVault& asked, const Watching& watching) {
    const std::string path = std::filesystem::absolute(asked.file).string();
    auto job = run_job(api, {"POST", "/v1/vault/backup", backup_body(path)}, watching);
    if (!job) return std::move(job).error();
    if (watching.output.json) {
        print_json(watching.output, *job);
    } else {
        print_backup(watching.output.out, object_of(*job, "result"));
    }
    return {};
}

/// Success only where nothing was found.
Outcome<void> show_findings(const json::object& report, Output output) {
    if (output.json) {
        print_json(output, report);
    } else {
        print_check(output.out, report);
    }
    if (is_true(report, "whole")) return {};
    Failure damaged(problem(ProblemKind::vault_damaged, "The vault is damaged."));
    damaged.shown = true;
    return damaged;
}

Outcome<void> check(ApiClient& api, const Watching& watching) {
    auto job = run_job(api, {"GET", "/v1/vault/check"}, watching);
    if (!job) return std::move(job).error();
    return show_findings(object_of(*job, "result"), watching.output);
}

Outcome<void> show(ApiClient& api, Output output) {
    auto vault = ask(api, {"GET", "/v1/vault"});
    if (!vault) return std::move(vault).error();
    if (output.json) {
        print_json(output, *vault);
    } else {
        print_vault(output.out, *vault);
    }
    return {};
}

}  // namespace

bool is_vault_command(const Command& command) {
    return std::holds_alternative<ShowVault>(command) ||
           std::holds_alternative<RotateVault>(command) ||
           std::holds_alternative<BackUpVault>(command) ||
           std::holds_alternative<CheckVault>(command);
}

Outcome<void> run_vault_command(ApiClient& api, const Command& command, Output output,
                                bool in_place, std::chrono::milliseconds pause) {
    if (std::holds_alternative<ShowVault>(command)) return show(api, output);
    const Watching watching{output, in_place, pause};
    if (const auto* asked = std::get_if<BackUpVault>(&command)) {
        return back_up(api, *asked, watching);
    }
    if (std::holds_alternative<CheckVault>(command)) return check(api, watching);
    return rotate(api, watching);
}

Outcome<void> check_vault_file(const CheckVaultFile& asked, Output output) {
    const std::string key = std::filesystem::absolute(asked.key_file).string();
    const auto report = vault::check_vault_file({asked.file, "file:" + key});
    if (!report) return Failure(report.error());
    return show_findings(vault::to_json(*report), output);
}

}  // namespace gatepost::cli
