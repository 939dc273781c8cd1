#include "daemon/health_json.h"

#include <array>

#include <boost/json/array.hpp>

#include "daemon/account_states.h"
#include "daemon/rfc3339.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;

json::object reactor_json(const imap::ReactorStats& stats) {
    const std::chrono::duration<double> stall = stats.longest_stall;
    return {{"sessions", json::object{{"idle", stats.sessions_idle},
                                      {"leased", stats.sessions_leased},
                                      {"connecting", stats.sessions_connecting}}},
            {"longest_stall_seconds", stall.count()}};
}

json::value check_json(const VaultJobs::Check* check) {
    if (check == nullptr) return nullptr;
    return {{"at", rfc3339(check->at)}, {"whole", check->report.is_whole()}};
}

}  // namespace

json::object to_json(const connector::Connector::Health& health, const VaultJobs::Check* check) {
    const bool is_well = health.vault_writable && health.damaged.empty() &&
                         (check == nullptr || check->report.is_whole());
    json::object object;
    object["status"] = is_well ? "ok" : "degraded";
    object["vault"] = {{"writable", health.vault_writable},
                       {"damaged", json::array(health.damaged.begin(), health.damaged.end())},
                       {"check", check_json(check)}};
    json::object& accounts = object["accounts"].emplace_object();
    for (const connector::AccountState state : account_states)
        accounts[connector::name_of(state)] = count_of(health, state);
    json::array& reactors = object["reactors"].emplace_array();
    for (const imap::ReactorStats& stats : health.reactors)
        reactors.emplace_back(reactor_json(stats));
    return object;
}

}  // namespace gatepost::daemon
