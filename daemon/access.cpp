#include "daemon/access.h"

#include <algorithm>

#include "daemon/system_names.h"

namespace gatepost::daemon {
namespace {

constexpr char group_mark = '@';

Problem nobody(const std::string& key, const char* what, const std::string& name) {
    return problem(ProblemKind::configuration,
                   key + ": there is no " + what + " " + name + " on this system.");
}

}  // namespace

Result<Access> Access::make(const AccessRules& rules,
                            const std::vector<std::string>& vault_operators) {
    Access access;
    for (const auto& [application, names] : rules) {
        auto admitted = read("access." + application, names);
        if (!admitted) return admitted.error();
        access.applications_[application] = std::move(*admitted);
    }
    auto operators = read("vault.operators", vault_operators);
    if (!operators) return operators.error();
    access.vault_operators_ = std::move(*operators);
    return access;
}

Result<Access::Admitted> Access::read(const std::string& key,
                                      const std::vector<std::string>& names) {
    Admitted admitted;
    for (const std::string& name : names) {
        if (name.starts_with(group_mark)) {
            const auto group = group_id_of(name.substr(1));
            if (!group) return nobody(key, "group", name.substr(1));
            admitted.groups.insert(*group);
        } else {
            const auto user = user_id_of(name);
            if (!user) return nobody(key, "user", name);
            admitted.users.insert(*user);
        }
    }
    return admitted;
}

bool Access::Admitted::include(const Peer& peer) const {
    return users.contains(peer.uid) ||
           std::ranges::any_of(peer.groups, [this](gid_t group) { return groups.contains(group); });
}

bool Access::knows(std::string_view application) const {
    return application == connector::default_application || applications_.contains(application);
}

bool Access::admits(const Peer& peer, std::string_view application) const {
    if (peer.is_operator()) return true;
    const auto rule = applications_.find(application);
    if (rule == applications_.end()) return application == connector::default_application;
    return rule->second.include(peer);
}

bool Access::operates_vault(const Peer& peer) const {
    return peer.is_operator() || vault_operators_.include(peer);
}

connector::Scope Access::scope_of(const Peer& peer) const {
    return {std::nullopt,
            [this, peer](std::string_view application) { return admits(peer, application); }};
}

}  // namespace gatepost::daemon
