#include "daemon/access.h"

#include <algorithm>

#include "daemon/system_names.h"

namespace gatepost::daemon {
namespace {

constexpr char group_mark = '@';

Problem nobody(const std::string& application, const char* what, const std::string& name) {
    return problem(ProblemKind::configuration, "access." + application + ": there is no " + what +
                                                   " " + name + " on this system.");
}

}  // namespace

Result<Access> Access::make(const AccessRules& rules) {
    Access access;
    for (const auto& [application, names] : rules) {
        Admitted& admitted = access.applications_[application];
        for (const std::string& name : names) {
            if (name.starts_with(group_mark)) {
                const auto group = group_id_of(name.substr(1));
                if (!group) return nobody(application, "group", name.substr(1));
                admitted.groups.insert(*group);
            } else {
                const auto user = user_id_of(name);
                if (!user) return nobody(application, "user", name);
                admitted.users.insert(*user);
            }
        }
    }
    return access;
}

bool Access::knows(std::string_view application) const {
    return application == connector::default_application || applications_.contains(application);
}

bool Access::admits(const Peer& peer, std::string_view application) const {
    if (peer.is_operator()) return true;
    const auto rule = applications_.find(application);
    if (rule == applications_.end()) return application == connector::default_application;
    const Admitted& admitted = rule->second;
    return admitted.users.contains(peer.uid) || std::ranges::any_of(peer.groups, [&](gid_t group) {
               return admitted.groups.contains(group);
           });
}

connector::Scope Access::scope_of(const Peer& peer) const {
    return {std::nullopt,
            [this, peer](std::string_view application) { return admits(peer, application); }};
}

}  // namespace gatepost::daemon
