// Accounts for people to read, from the API's JSON.
#pragma once

#include <iosfwd>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace gatepost::cli {

/// A table, one account a line.
void print_accounts(std::ostream& out, const boost::json::array& accounts);
/// Everything about one, as a block.
void print_account(std::ostream& out, const boost::json::object& account);
/// One line: who it is and how it is now.
void print_standing(std::ostream& out, const boost::json::object& account);

}  // namespace gatepost::cli
