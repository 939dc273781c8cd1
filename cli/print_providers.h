// Provider tables for people to read, from the contract's JSON and from what an import made.
#pragma once

#include <iosfwd>

#include <boost/json/object.hpp>

namespace gatepost::cli {

/// How many providers there are now, and what of which file was not taken, and why.
void print_import(std::ostream& out, const boost::json::object& report);
/// The tables in the order in which they are believed, and how old an imported one is.
void print_providers(std::ostream& out, const boost::json::object& answer);

}  // namespace gatepost::cli
