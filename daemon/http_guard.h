// What Beast's parser lets through and we do not: requests that two readers could understand
// differently (RFC 9112 11.2), and shapes that no honest client sends. Pure. Judges the heads of
// requests from anyone who can reach a listener; private to the HTTP connection.
#pragma once

#include <optional>
#include <string_view>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include "core/result.h"

namespace gatepost::daemon {

using RequestHead = boost::beast::http::request_header<boost::beast::http::fields>;

/// @param raw the head's bytes as they came, since the parser unfolds lines
/// The problem is bad_request; after it the connection must close, for where the next request
/// begins is in doubt.
std::optional<Problem> why_refused(const RequestHead& head, std::string_view raw);

}  // namespace gatepost::daemon
