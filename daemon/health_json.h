// GET /health: each part's state. Pure.
#pragma once

#include <boost/json/object.hpp>

#include "connector/connector.h"

namespace gatepost::daemon {

/// "status" is "degraded" while the vault cannot write, or has records that cannot be read.
boost::json::object to_json(const connector::Connector::Health& health);

}  // namespace gatepost::daemon
