// The states of an account, by the contract's names.
#pragma once

#include <optional>
#include <string_view>

namespace gatepost::connector {

enum class AccountState { connecting, live, retrying, refused, paused };
std::string_view name_of(AccountState state);
std::optional<AccountState> account_state_of(std::string_view name);

}  // namespace gatepost::connector
