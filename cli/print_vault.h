// The vault and the jobs on it for people to read, from the contract's JSON.
#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace gatepost::cli {

/// The vault as a whole, and its latest job.
void print_vault(std::ostream& out, const boost::json::object& vault);
/// What a backup has made.
void print_backup(std::ostream& out, const boost::json::object& result);
/// What a check has found, and what to do about it.
void print_check(std::ostream& out, const boost::json::object& report);
/// "rotate: 500 of 1200", on one printable line.
std::string progress_of(const boost::json::object& job);

}  // namespace gatepost::cli
