// What the API is asked and answers about the vault as a whole and the jobs on it. Pure.
#pragma once

#include <filesystem>
#include <string_view>

#include <boost/json/object.hpp>

#include "core/result.h"
#include "daemon/vault_jobs.h"
#include "vault/vault.h"

namespace gatepost::daemon {

/// The body of a POST that has nothing to say: none, or an empty object. Fails with bad_request.
Result<void> read_vault_request(std::string_view body);

/// The body of POST /v1/vault/backup. Fails with bad_request.
Result<std::filesystem::path> read_backup_request(std::string_view body);

/// The answer of GET /v1/vault. `job` is null when there was none.
boost::json::object to_json(const vault::VaultState& state, bool writable,
                            const VaultJobs::Job* job);

}  // namespace gatepost::daemon
