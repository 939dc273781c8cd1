// What the commands send to the API: targets and bodies. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>

#include "cli/invocation.h"
#include "core/secret.h"

namespace gatepost::cli {

/// "/v1/accounts/acc_1", and with an action "/v1/accounts/acc_1/verify".
std::string account_target(const NamedAccount& account, std::string_view action = {});
std::string discovery_target(const Discover& asked);
/// @param after the id that the page before ended with; empty: the first page
std::string accounts_target(const ListAccounts& filter, std::size_t limit, std::string_view after);

std::string events_target(const FollowEvents& asked);
std::string status_target(const ShowStatus& asked);

/// "team=mail" → {team, mail}; nothing when there is no '=' or no name before it.
std::optional<std::pair<std::string, std::string>> label_of(std::string_view text);

/// POST /v1/accounts: only what was given on the command line, and the password.
Secret connect_body(const AddAccount& account, const Secret& password);
/// PUT /v1/providers.
Secret providers_body(std::string_view table);
/// POST /v1/vault/backup.
Secret backup_body(std::string_view path);
/// PATCH /v1/accounts/{id} with a new password.
Secret password_body(const Secret& password);

}  // namespace gatepost::cli
