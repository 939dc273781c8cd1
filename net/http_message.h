// HTTP/1.1 messages as bytes, by Beast without its I/O: one request out, one answer in. Sans-I/O;
// private to net/. The answer comes from hosts that anyone may name.
#pragma once

#include <string>
#include <string_view>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/result.h"
#include "net/http_url.h"
#include "net/https.h"

namespace gatepost::net {

/// The request's bytes. Fails with bad_request where a header or the method would break the
/// message.
Result<std::string> write_request(const HttpRequest& request, const HttpUrl& url);

/// Takes an answer in as it arrives.
class ResponseReader {
  public:
    /// `host` is who answers, for problems. @param head the request was HEAD: no body follows
    ResponseReader(std::string host, const HttpLimits& limits, bool head);

    /// True once the answer is complete. Fails with too_large or protocol_violation, for good.
    Result<bool> put(std::string_view bytes);
    /// The same for the orderly end of the connection, which completes an answer of unknown length.
    Result<bool> put_end();

    [[nodiscard]] int status() const;
    [[nodiscard]] std::string location() const;
    /// The complete answer; `url` and `all_https` are left to the caller.
    HttpResponse take();

  private:
    Result<void> check_header() const;
    Problem violation(const std::string& what) const;
    Problem problem_of(const boost::system::error_code& error) const;

    std::string host_;
    std::size_t header_bytes_;
    boost::beast::http::response_parser<boost::beast::http::string_body> parser_;
    std::string unparsed_;  ///< a header, or a chunk's, of which the end is still to come
};

}  // namespace gatepost::net
