// From a problem to its HTTP answer (RFC 9457). Pure, and the one place where kinds meet statuses.
#pragma once

#include <boost/json/object.hpp>

#include "connector/connector.h"
#include "daemon/http_message.h"

namespace gatepost::daemon {

unsigned status_of(ProblemKind kind);

/// type, title, status, detail, and each fact as a member.
boost::json::object to_json(const Problem& problem);

/// With Retry-After where trying again later may help.
Answer answer_of(const Problem& problem);
/// The same with what discovery found, where the caller needs it: evidence, settings.
Answer answer_of(const connector::Refusal& refusal);
/// 405 with Allow.
Answer method_not_allowed(const std::string& allowed);

}  // namespace gatepost::daemon
