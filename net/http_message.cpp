#include "net/http_message.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/write.hpp>
#include <sstream>
#include <utility>

namespace gatepost::net {
namespace {

namespace http = boost::beast::http;

constexpr unsigned http_1_1 = 11;
constexpr std::size_t last_chunk_bytes = 5;  // "0", and two CRLFs
constexpr std::string_view user_agent = "Gatepost";

// RFC 9110 5.6.2
bool is_token(std::string_view text) {
    constexpr std::string_view specials = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               specials.find(c) != std::string_view::npos;
    });
}

// RFC 9110 5.5: no line breaks, no control characters.
bool is_field_value(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < ' ' && byte != '\t') || byte == 0x7f;
    });
}

}  // namespace

Result<std::string> write_request(const HttpRequest& request, const HttpUrl& url) {
    http::request<http::string_body> message;
    if (!is_token(request.method)) {
        return problem(ProblemKind::bad_request, "The HTTP method is none.");
    }
    message.version(http_1_1);
    message.method_string(request.method);
    message.target(url.target);
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_field_value(value)) {
            return problem(ProblemKind::bad_request, "An HTTP header is malformed.");
        }
        message.set(name, value);
    }
    message.set(http::field::host, url.authority());
    message.set(http::field::user_agent, user_agent);
    message.set(http::field::accept_encoding, "identity");
    message.set(http::field::connection, "close");
    message.body() = request.body;
    message.prepare_payload();
    std::ostringstream bytes;
    bytes << message;
    return std::move(bytes).str();
}

ResponseReader::ResponseReader(std::string host, const HttpLimits& limits, bool head)
    : host_(std::move(host)), header_bytes_(limits.header_bytes) {
    parser_.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    parser_.body_limit(limits.body_bytes);
    parser_.eager(true);
    parser_.skip(head);
}

Result<bool> ResponseReader::put(std::string_view bytes) {
    unparsed_ += bytes;
    std::size_t parsed = 0;
    while (parsed < unparsed_.size() && !parser_.is_done()) {
        // Beast 1.81 aborts the program when it is given less of the last chunk twice; there is
        // always that much to come.
        const bool in_chunks = parser_.is_header_done() && parser_.chunked();
        if (in_chunks && unparsed_.size() - parsed < last_chunk_bytes) break;
        boost::system::error_code error;
        const std::size_t more = parser_.put(boost::asio::buffer(unparsed_) + parsed, error);
        parsed += more;
        if (error && error != http::error::need_more) return problem_of(error);
        if (parser_.is_header_done()) {
            if (auto checked = check_header(); !checked) return std::move(checked).error();
        }
        if (error || more == 0) break;
    }
    unparsed_.erase(0, parsed);
    if (unparsed_.size() > header_bytes_) return problem_of(http::error::header_limit);
    return parser_.is_done();
}

Result<bool> ResponseReader::put_end() {
    boost::system::error_code error;
    if (parser_.got_some()) parser_.put_eof(error);
    if (error || !parser_.is_done()) return violation("closed the connection in its answer");
    return true;
}

int ResponseReader::status() const {
    return static_cast<int>(parser_.get().result_int());
}

std::string ResponseReader::location() const {
    return std::string(parser_.get()[http::field::location]);
}

HttpResponse ResponseReader::take() {
    HttpResponse response;
    response.status = status();
    response.content_type = std::string(parser_.get()[http::field::content_type]);
    response.body = std::move(parser_.get().body());
    return response;
}

Result<void> ResponseReader::check_header() const {
    if (status() < 200) return violation("answered with a status that nobody asked for");
    const auto encoding = parser_.get()[http::field::content_encoding];
    if (!encoding.empty() && !boost::beast::iequals(encoding, "identity")) {
        return violation("compressed its answer, which nobody asked for");
    }
    return {};
}

Problem ResponseReader::violation(const std::string& what) const {
    return problem(ProblemKind::protocol_violation, host_ + " " + what + ".").with("host", host_);
}

Problem ResponseReader::problem_of(const boost::system::error_code& error) const {
    if (error == http::error::header_limit || error == http::error::body_limit) {
        return problem(ProblemKind::too_large, host_ + " answers with more than is taken in.")
            .with("host", host_);
    }
    return violation("does not speak proper HTTP (" + error.message() + ")");
}

}  // namespace gatepost::net
