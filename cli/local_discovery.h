// Discovery in this process, without a daemon: the system's DNS and certificates, and default
// options.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "cli/failure.h"

namespace gatepost::cli {

/// The contract's discovery result. Fails with invalid_address or configuration.
Outcome<boost::json::object> discover_locally(const std::string& address);

}  // namespace gatepost::cli
