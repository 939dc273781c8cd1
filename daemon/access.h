// Who may do what: which users and groups may use the accounts of which application, by the
// configuration's section [access], and who operates the vault. Accounts that somebody may not use
// do not exist for him.
#pragma once

#include <sys/types.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connector/connector.h"
#include "core/result.h"
#include "daemon/configuration.h"
#include "daemon/peer.h"

namespace gatepost::daemon {

class Access {
  public:
    /// Fails with `configuration` when the system knows no such user or group.
    static Result<Access> make(const AccessRules& rules,
                               const std::vector<std::string>& vault_operators = {});

    /// The default one, and those that the rules name.
    [[nodiscard]] bool knows(std::string_view application) const;
    /// Root and the daemon's own user may use everything. An application that is not known is
    /// nobody else's, and the default one, unless a rule names it, is everybody's who can connect.
    [[nodiscard]] bool admits(const Peer& peer, std::string_view application) const;
    /// Root, the daemon's own user, and whom vault.operators names.
    [[nodiscard]] bool operates_vault(const Peer& peer) const;
    /// All accounts that the peer may use. The object outlives the scope, and is asked anew.
    [[nodiscard]] connector::Scope scope_of(const Peer& peer) const;

  private:
    struct Admitted {
        std::set<uid_t> users;
        std::set<gid_t> groups;

        [[nodiscard]] bool include(const Peer& peer) const;
    };
    static Result<Admitted> read(const std::string& key, const std::vector<std::string>& names);

    std::map<std::string, Admitted, std::less<>> applications_;
    Admitted vault_operators_;
};

}  // namespace gatepost::daemon
