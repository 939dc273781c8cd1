// All accounts at a glance: how many are how, at which providers, and what has been wrong for
// longest. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connector/account_state.h"
#include "core/problem.h"
#include "imap/messages.h"

namespace gatepost::connector {

/// Of some accounts.
struct Figures {
    std::map<AccountState, std::size_t> accounts;  ///< how many are in each state
    imap::SessionCounts sessions;

    [[nodiscard]] std::size_t total() const;  ///< accounts in any state
    void add(const Figures& others);
};

struct Overview {
    struct OfProvider {
        std::string provider;
        Figures figures;
    };
    struct Trouble {
        std::string account;
        std::string email;
        AccountState state = AccountState::retrying;
        std::chrono::system_clock::time_point since;
        Problem problem;
    };

    Figures all;
    std::vector<OfProvider> providers;  ///< those with the most accounts first
    std::optional<Trouble> oldest_problem;
};

/// Adds up accounts first, and then their sessions, which are counted elsewhere.
class OverviewTally {
  public:
    struct Standing {
        AccountState state = AccountState::connecting;
        std::chrono::system_clock::time_point since;
        const std::optional<Problem>& problem;
    };
    void add(const std::string& id, const std::string& email, const std::string& provider,
             const Standing& standing);
    /// @param place of the account among those that were added
    void add_sessions(std::size_t place, const imap::SessionCounts& sessions);

    [[nodiscard]] Overview overview() &&;

  private:
    Overview overview_;
    std::map<std::string, std::size_t, std::less<>> places_;  ///< of the providers
    std::vector<std::size_t> provider_of_;                    ///< of each account
};

}  // namespace gatepost::connector
