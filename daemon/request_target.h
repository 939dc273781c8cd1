// A request's target in origin form (RFC 9112 3.2.1), taken apart and decoded. Pure. Fed by anyone
// who can reach a listener.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace gatepost::daemon {

struct RequestTarget {
    std::string path;                   ///< as it was sent, for the log; without the query
    std::vector<std::string> segments;  ///< of the path: "/v1/accounts/a%40b" is v1, accounts, a@b
    std::vector<std::pair<std::string, std::string>> query;  ///< in the order given
};

/// Strict in what bytes stand for (percent-encoding, UTF-8, no NUL), lenient in which stand as they
/// are. A '+' is itself: addresses have it, and blanks are %20. Fails with bad_request.
Result<RequestTarget> parse_target(std::string_view target);

}  // namespace gatepost::daemon
