// The states an account can be in, all of them, so that a figure of 0 is told as well.
#pragma once

#include <array>

#include "connector/connector.h"

namespace gatepost::daemon {

inline constexpr std::array account_states{
    connector::AccountState::connecting, connector::AccountState::live,
    connector::AccountState::retrying, connector::AccountState::refused,
    connector::AccountState::paused};

inline std::size_t count_of(const connector::Connector::Health& health,
                            connector::AccountState state) {
    const auto count = health.accounts.find(state);
    return count == health.accounts.end() ? 0 : count->second;
}

}  // namespace gatepost::daemon
