#include "daemon/status_json.h"

#include <boost/json/array.hpp>

#include "daemon/account_states.h"
#include "daemon/problem_answer.h"
#include "daemon/reactor_sum.h"
#include "daemon/rfc3339.h"
#include "discovery/text.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;
using connector::Overview;

// Nobody looks at more, and providers can be as many as accounts: each company with a server of its
// own is one.
constexpr std::size_t max_providers = 100;

json::object figures_of(const connector::Figures& figures) {
    json::object accounts;
    for (const connector::AccountState state : account_states) {
        const auto count = figures.accounts.find(state);
        accounts[connector::name_of(state)] = count == figures.accounts.end() ? 0 : count->second;
    }
    return {{"accounts", std::move(accounts)},
            {"sessions", json::object{{"idle", figures.sessions.idle},
                                      {"leased", figures.sessions.leased},
                                      {"connecting", figures.sessions.connecting}}}};
}

json::array providers_of(const Overview& overview) {
    json::array providers;
    for (const Overview::OfProvider& of : overview.providers) {
        if (providers.size() == max_providers) break;
        json::object object = figures_of(of.figures);
        object["provider"] = discovery::valid_utf8(of.provider);
        providers.push_back(std::move(object));
    }
    return providers;
}

/// Those that have no line of their own, together; null where there are none.
json::value others_of(const Overview& overview) {
    if (overview.providers.size() <= max_providers) return nullptr;
    connector::Figures figures;
    for (std::size_t i = max_providers; i < overview.providers.size(); ++i)
        figures.add(overview.providers[i].figures);
    json::object object = figures_of(figures);
    object["providers"] = overview.providers.size() - max_providers;
    return object;
}

json::value problem_of(const std::optional<Overview::Trouble>& trouble) {
    if (!trouble) return nullptr;
    return json::object{{"account", trouble->account},
                        {"email", trouble->email},
                        {"state", connector::name_of(trouble->state)},
                        {"since", rfc3339(trouble->since)},
                        {"problem", to_json(trouble->problem)}};
}

}  // namespace

json::object to_json(const Overview& overview, const connector::Connector::Health& health,
                     std::chrono::system_clock::time_point started) {
    using imap::ReactorStats;
    json::object status = figures_of(overview.all);
    status["version"] = GATEPOST_VERSION;
    status["at"] = rfc3339(std::chrono::system_clock::now());
    status["started_at"] = rfc3339(started);
    status["providers"] = providers_of(overview);
    status["other_providers"] = others_of(overview);
    status["oldest_problem"] = problem_of(overview.oldest_problem);
    status["sign_ins"] = {{"ok", sum_of(health, &ReactorStats::sign_ins_ok)},
                          {"refused", sum_of(health, &ReactorStats::sign_ins_refused)},
                          {"failed", sum_of(health, &ReactorStats::sign_ins_failed)}};
    status["leases"] = sum_of(health, &ReactorStats::leases);
    return status;
}

}  // namespace gatepost::daemon
