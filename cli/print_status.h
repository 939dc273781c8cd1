// All accounts at a glance, for people to read, from the API's JSON.
#pragma once

#include <iosfwd>

#include <boost/json/object.hpp>

namespace gatepost::cli {

/// @param before an earlier look, for what there was a second since then; empty: there was none,
/// and the average since the daemon's start is shown
void print_status(std::ostream& out, const boost::json::object& status,
                  const boost::json::object& before);

}  // namespace gatepost::cli
