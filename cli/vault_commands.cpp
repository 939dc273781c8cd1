#include "cli/vault_commands.h"

#include <ostream>
#include <thread>

#include "cli/members.h"
#include "cli/print_vault.h"
#include "core/result.h"

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

Outcome<void> run_job(ApiClient& api, ApiRequest request, Output output, bool in_place,
                      std::chrono::milliseconds pause) {
    auto vault = ask(api, std::move(request));
    if (!vault) return std::move(vault).error();
    ProgressLine line(output, in_place);
    auto job = follow(api, object_of(*vault, "job"), line, pause);
    line.end();
    if (!job) return std::move(job).error();
    if (text_of(*job, "state") == "failed") return Failure::told(object_of(*job, "problem"));
    if (output.json) print_json(output, *job);
    return {};
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
           std::holds_alternative<RotateVault>(command);
}

Outcome<void> run_vault_command(ApiClient& api, const Command& command, Output output,
                                bool in_place, std::chrono::milliseconds pause) {
    if (std::holds_alternative<ShowVault>(command)) return show(api, output);
    return run_job(api, {"POST", "/v1/vault/rotate"}, output, in_place, pause);
}

}  // namespace gatepost::cli
