// What callers ask of accounts, from JSON and from the query: checked for shape, so that the
// connector need only judge the meaning. Pure. Passwords come out as Secret. Fed by anyone who can
// reach a listener.
#pragma once

#include <string_view>

#include "connector/connector.h"
#include "daemon/http_message.h"

namespace gatepost::daemon {

// Each fails with bad_request, fact field.

/// POST /v1/accounts. The application is in the query or in the body.
Result<connector::ConnectRequest> read_connect_request(const Request& request);
/// PUT /v1/accounts/{id}, whose body may repeat the id.
Result<connector::ConnectRequest> read_put_request(const Request& request, std::string id);
/// The query of a request about one account: `application`, and nothing else.
Result<std::optional<std::string>> read_application(const RequestTarget& target);
/// The body of PATCH /v1/accounts/{id}.
Result<connector::ChangeRequest> read_change_request(std::string_view body);
/// The query of GET /v1/accounts.
Result<connector::ListFilter> read_list_filter(const RequestTarget& target);
struct DiscoveryQuery {
    std::string email;
    discovery::Freshness freshness = discovery::Freshness::any;
};
/// The query of GET /v1/discovery.
Result<DiscoveryQuery> read_discovery_query(const RequestTarget& target);

}  // namespace gatepost::daemon
