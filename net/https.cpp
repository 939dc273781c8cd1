#include "net/https.h"

#include <utility>
#include <vector>

#include "net/http_message.h"
#include "net/http_url.h"
#include "net/stream.h"

namespace gatepost::net {
namespace {

// One TLS record at most; most answers fit.
constexpr std::size_t read_bytes = 16 * 1024;

struct Parts {
    Dialer& dialer;
    TlsContext& tls;
};

boost::asio::awaitable<Result<void>> read_response(Stream& stream, ResponseReader& reader) {
    std::vector<char> buffer(read_bytes);
    for (;;) {
        auto size = co_await stream.read_some(buffer);
        if (!size) co_return std::move(size).error();
        auto complete = *size == 0 ? reader.put_end() : reader.put({buffer.data(), *size});
        if (!complete) co_return std::move(complete).error();
        if (*complete) co_return Result<void>();
    }
}

struct Hop {
    HttpResponse response;
    std::string location;
};

// One request and its answer, on a connection of its own.
boost::asio::awaitable<Result<Hop>> exchange(Parts parts, HttpUrl url, HttpRequest request,
                                             HttpLimits limits) {
    auto bytes = write_request(request, url);
    if (!bytes) co_return std::move(bytes).error();
    // send() puts the deadline over all hops together.
    auto socket = co_await parts.dialer.dial(url.host, url.port, Deadline::max());
    if (!socket) co_return std::move(socket).error();
    Stream stream(std::move(*socket));
    if (url.https) {
        auto secure = co_await stream.start_tls(parts.tls, url.host);
        if (!secure) co_return std::move(secure).error();
    }
    auto written = co_await stream.write(*bytes);
    if (!written) co_return std::move(written).error();
    ResponseReader reader(url.host, limits, request.method == "HEAD");
    auto answered = co_await read_response(stream, reader);
    if (!answered) co_return std::move(answered).error();
    std::string location = reader.location();
    co_return Hop{reader.take(), std::move(location)};
}

Problem too_many_redirects(const HttpUrl& url) {
    return problem(ProblemKind::protocol_violation, url.host + " redirects too many times.")
        .with("host", url.host);
}

boost::asio::awaitable<Result<HttpResponse>> follow(Parts parts, HttpUrl url, HttpRequest request,
                                                    HttpLimits limits) {
    // A body is for the server that it was meant for; so is what comes with it.
    const bool follows = request.method == "GET" || request.method == "HEAD";
    const std::string first_host = url.host;
    bool all_https = url.https;
    for (int redirects = 0;; ++redirects) {
        auto hop = co_await exchange(parts, url, request, limits);
        if (!hop) co_return std::move(hop).error();
        hop->response.url = url.text();
        hop->response.all_https = all_https;
        if (!is_redirect(hop->response.status) || hop->location.empty()) {
            co_return std::move(hop->response);
        }
        if (follows && redirects == limits.redirects) co_return too_many_redirects(url);
        auto next = parse_redirect(url, hop->location, request.plain_http);
        if (!next) co_return std::move(next).error();
        if (!follows) {
            hop->response.redirect = next->text();
            co_return std::move(hop->response);
        }
        url = std::move(*next);
        all_https = all_https && url.https;
        if (url.host != first_host || !url.https) request.headers.clear();
    }
}

}  // namespace

boost::asio::awaitable<Result<HttpResponse>> DialingHttpsClient::send(HttpRequest request,
                                                                      HttpLimits limits,
                                                                      Deadline deadline) {
    auto url = parse_http_url(request.url,
                              {.plain_http = request.plain_http, .any_port = request.any_port});
    if (!url) co_return std::move(url).error();
    std::string what = "Asking " + url->host;
    co_return co_await within(deadline,
                              follow({dialer_, tls_}, std::move(*url), std::move(request), limits),
                              std::move(what));
}

}  // namespace gatepost::net
