// What discovery found, for people to read, from the contract's JSON: the same whether the daemon
// or this process asked.
#pragma once

#include <iosfwd>

#include <boost/json/object.hpp>

namespace gatepost::cli {

/// The settings, whether they are proven and what that means, and where they are from.
void print_discovery(std::ostream& out, const boost::json::object& report);
/// What each source was asked and said, and why the winner won.
void print_trace(std::ostream& out, const boost::json::object& report);

}  // namespace gatepost::cli
