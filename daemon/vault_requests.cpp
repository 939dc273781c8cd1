#include "daemon/vault_requests.h"

#include <boost/json/value.hpp>

#include "daemon/json_document.h"
#include "daemon/json_fields.h"
#include "daemon/problem_answer.h"
#include "daemon/rfc3339.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;
using Job = VaultJobs::Job;

const char* name_of(Job::State state) {
    switch (state) {
        case Job::State::running:
            return "running";
        case Job::State::done:
            return "done";
        case Job::State::failed:
            return "failed";
    }
    return "";
}

json::object to_json(const Job& job) {
    json::object object;
    object["what"] = job.what;
    object["state"] = name_of(job.state);
    object["done"] = job.progress.done;
    object["total"] = job.progress.total;
    object["started_at"] = rfc3339(job.started_at);
    object["ended_at"] = job.ended_at ? json::value(rfc3339(*job.ended_at)) : nullptr;
    object["problem"] = job.problem ? json::value(daemon::to_json(*job.problem)) : nullptr;
    object["result"] = job.result;
    return object;
}

}  // namespace

Result<void> read_vault_request(std::string_view body) {
    if (body.empty()) return {};
    const auto object = parse_json_object(body);
    if (!object) return object.error();
    JsonFields fields(*object);
    fields.finish();
    if (fields.problem()) return *fields.problem();
    return {};
}

Result<std::filesystem::path> read_backup_request(std::string_view body) {
    const auto object = parse_json_object(body);
    if (!object) return object.error();
    JsonFields fields(*object);
    const auto path = fields.text("path");
    if (!path) fields.mistake("path", "is missing");
    if (path && !path->starts_with('/')) fields.mistake("path", "must be absolute");
    fields.finish();
    if (fields.problem()) return *fields.problem();
    return std::filesystem::path(*path);
}

json::object to_json(const vault::VaultState& state, bool writable, const Job* job) {
    json::object object;
    object["accounts"] = state.accounts;
    object["schema"] = state.schema;
    object["writable"] = writable;
    object["wrapping_key"] = state.wrapping_key;
    object["older_wrapping_keys"] = state.older_wrapping_keys;
    object["keys_under_older"] = state.keys_under_older;
    object["job"] = job != nullptr ? json::value(to_json(*job)) : nullptr;
    return object;
}

}  // namespace gatepost::daemon
