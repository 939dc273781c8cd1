// A request's body as a JSON object, strictly read: one object, no duplicate names, bounded depth,
// valid UTF-8. It may hold a password, so all of its memory is wiped when it goes. Fed by anyone
// who can reach a listener.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "core/result.h"

namespace gatepost::daemon {

/// Fails with bad_request; the detail says where, and never quotes the text.
Result<boost::json::object> parse_json_object(std::string_view text);

}  // namespace gatepost::daemon
