// HTTPS as a client: one bounded request and answer, for discovery (and later OAuth). Follows
// redirects itself, each hop judged anew; accepts no content encoding. Every connection goes
// through the dialer, so the egress policy holds for each hop. Answers come from hosts that anyone
// may name.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/result.h"
#include "net/deadline.h"
#include "net/dialer.h"
#include "net/tls.h"

namespace gatepost::net {

struct HttpRequest {
    std::string method = "GET";
    std::string url{};  ///< https://host[:port]/target; http only where plain_http allows it
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    bool plain_http = false;
    bool any_port = false;  ///< the URL is the operator's, not only 443 and 80; redirects are not
};

struct HttpLimits {
    std::size_t header_bytes = 16 * 1024;  ///< a generous web server's header is 4 KiB
    std::size_t body_bytes = 256 * 1024;   ///< the largest known autoconfig file is 20 KiB
    int redirects = 3;
};

struct HttpResponse {
    int status = 0;
    std::string content_type;
    std::string body;
    std::string url;        ///< the one that answered, after redirects
    bool all_https = true;  ///< no hop was in the clear
    /// Where the server says to ask instead, when that was not followed: an absolute URL, judged as
    /// those that are followed.
    std::string redirect{};
};

class HttpsClient {
  public:
    virtual ~HttpsClient() = default;

    /// Any status is an answer. Redirects are followed for GET and HEAD, and told for other
    /// methods, whose body is for the host of the URL; the request's headers go to that host only.
    /// Fails as Dialer and Stream do, and with bad_request (the request), host_not_allowed (a URL's
    /// port or host), too_large, protocol_violation (no HTTP, too many redirects, a redirect to
    /// http or to something that is no URL, a compressed answer), timed_out.
    virtual boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request,
                                                              HttpLimits limits,
                                                              Deadline deadline) = 0;
};

/// Both referenced objects outlive the client.
class DialingHttpsClient final : public HttpsClient {
  public:
    DialingHttpsClient(Dialer& dialer, TlsContext& tls) : dialer_(dialer), tls_(tls) {}

    boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request, HttpLimits limits,
                                                      Deadline deadline) override;

  private:
    Dialer& dialer_;
    TlsContext& tls_;
};

}  // namespace gatepost::net
