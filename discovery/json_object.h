// JSON documents that servers answer with: bounded, and read with strict types, so that what is not
// of the type that its name promises counts as not there. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "core/result.h"

namespace gatepost::discovery {

/// The document, which is an object. Fails with protocol_violation, saying that it is no `what`:
/// no JSON or not UTF-8, another value, too large (256 KiB), nested too deeply (32).
Result<boost::json::object> parse_json_object(std::string_view text, std::string_view what);

// What stands under the name, where it is of that type; else nothing.

const boost::json::object* object_at(const boost::json::object& object, std::string_view name);
/// Empty where there is no string, or one longer than `max_bytes` or with control characters.
std::string string_at(const boost::json::object& object, std::string_view name,
                      std::size_t max_bytes);

}  // namespace gatepost::discovery
