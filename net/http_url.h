// The URLs that the HTTPS client goes to: read strictly, since some come from hosts that anyone may
// name. Pure; private to net/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace gatepost::net {

struct HttpUrl {
    bool https = true;
    std::string host;  ///< a host name, lower case
    std::uint16_t port = 443;
    std::string target;  ///< path and query, as they go on the wire

    [[nodiscard]] std::string text() const;
    /// The host, with the port where it is not the scheme's own: what the Host header says.
    [[nodiscard]] std::string authority() const;

    bool operator==(const HttpUrl&) const = default;
};

/// Which URLs are good.
struct HttpUrlRules {
    bool plain_http = false;
    bool any_port = false;  ///< else 443 for https and 80 for http
};

/// An absolute URL. Fails with host_not_allowed for a port or a host that is no host name, else
/// with bad_request: no URL, another scheme, user information, a fragment, too long.
Result<HttpUrl> parse_http_url(std::string_view text, HttpUrlRules rules);

/// Where a Location header of the URL's answer leads. A port of its own is good for the redirecting
/// server only. Fails with protocol_violation or host_not_allowed.
Result<HttpUrl> parse_redirect(const HttpUrl& from, std::string_view location, bool plain_http);

/// True for the statuses that say where to ask instead (RFC 9110 15.4).
bool is_redirect(int status);

}  // namespace gatepost::net
