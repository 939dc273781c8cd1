// GET /v1/status: all accounts at a glance. Pure.
#pragma once

#include <chrono>

#include <boost/json/object.hpp>

#include "connector/connector.h"

namespace gatepost::daemon {

/// Accounts, sessions and the oldest problem are those of the overview; sign-ins and leases are
/// Gatepost's own since `started`, whoever's accounts they were for, as GET /metrics has them.
boost::json::object to_json(const connector::Overview& overview,
                            const connector::Connector::Health& health,
                            std::chrono::system_clock::time_point started);

}  // namespace gatepost::daemon
