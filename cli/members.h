// Members of JSON objects, read for people to see: what is missing or of another type reads as
// nothing, so that a newer daemon's answer still prints.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace gatepost::cli {

/// The string, number or truth value of the member as text; empty for anything else.
std::string text_of(const boost::json::object& object, std::string_view name);
/// True only for `true`.
bool is_true(const boost::json::object& object, std::string_view name);
/// The member, or an empty object that lives for ever.
const boost::json::object& object_of(const boost::json::object& object, std::string_view name);
/// The member, or an empty array that lives for ever.
const boost::json::array& array_of(const boost::json::object& object, std::string_view name);
/// The elements that are strings, with ", " between them.
std::string joined(const boost::json::array& array);

}  // namespace gatepost::cli
