// GET /metrics: what there is to count, as Prometheus reads it. Accounts never become labels: there
// are too many of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "connector/connector.h"
#include "daemon/access_log.h"
#include "daemon/vault_jobs.h"
#include "discovery/cached_discovery.h"

namespace gatepost::daemon {

/// @param check the last one of the vault; null: none
/// @param discoveries that callers asked for, by outcome
std::string metrics_text(const connector::Connector::Health& health, const VaultJobs::Check* check,
                         const AccessLog::Counts& requests,
                         const std::map<std::string, std::uint64_t>& discoveries,
                         const discovery::CachedDiscovery& discovery);

}  // namespace gatepost::daemon
