// What the API answers about the vault as a whole and the jobs on it. Pure.
#pragma once

#include <boost/json/object.hpp>

#include "daemon/vault_jobs.h"
#include "vault/vault.h"

namespace gatepost::daemon {

/// The answer of GET /v1/vault. `job` is null when there was none.
boost::json::object to_json(const vault::VaultState& state, bool writable,
                            const VaultJobs::Job* job);

}  // namespace gatepost::daemon
