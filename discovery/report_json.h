// The report as JSON: the contract's "Discovery result", the same from the daemon and from
// `gatepost discover --local --json`.
#pragma once

#include <boost/json/object.hpp>

#include "discovery/report.h"

namespace gatepost::discovery {

/// Every string of it is valid UTF-8: what a source said in other bytes gets U+FFFD in their place.
boost::json::object to_json(const Report& report);

}  // namespace gatepost::discovery
