// GET /health: each part's state. Pure.
#pragma once

#include <boost/json/object.hpp>

#include "connector/connector.h"
#include "daemon/vault_jobs.h"

namespace gatepost::daemon {

/// "status" is "degraded" while the vault cannot write, has records that cannot be read,
/// or was found to be damaged by its last check, which may be null.
boost::json::object to_json(const connector::Connector::Health& health,
                            const VaultJobs::Check* check);

}  // namespace gatepost::daemon
