#include "daemon/request_reader.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>

#include "daemon/body_limit.h"
#include "daemon/http_guard.h"

namespace gatepost::daemon {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t max_head_bytes = 8 * 1024;  // what nginx and Apache take, too
constexpr std::size_t receive_bytes = 4 * 1024;     // most requests arrive in one piece
// Of all chunks of a body: RFC 9112 7.1.1 asks for a bound, and nobody uses them.
constexpr std::size_t max_extension_bytes = 256;
constexpr std::size_t last_chunk_bytes = 5;  // "0", and two CRLFs

Problem malformed(const boost::system::error_code& error) {
    return problem(ProblemKind::bad_request,
                   "This is no well-formed HTTP request: " + error.message() + ".");
}

Problem too_large(const char* part, std::uint64_t limit) {
    return problem(ProblemKind::too_large, std::string("The request's ") + part +
                                               " is larger than " + std::to_string(limit / 1024) +
                                               " KiB.");
}

}  // namespace

RequestReader::RequestReader(bool is_operator) : is_operator_(is_operator) {
    on_chunk_ = [this](std::uint64_t, std::string_view extensions, Error& error) {
        extension_bytes_ += extensions.size();
        if (extension_bytes_ > max_extension_bytes) error = http::error::bad_chunk_extension;
    };
    begin();
}

void RequestReader::begin() {
    consume(parsed_);
    if (filled_ == 0) WipedBytes().swap(buffer_);  // a connection that waits keeps no memory
    extension_bytes_ = 0;
    error_ = {};
    head_is_judged_ = false;
    target_ = {};
    problem_.reset();
    parser_.emplace();
    parser_->header_limit(max_head_bytes);
    // Until the head is judged: the parser looks at Content-Length before it.
    body_limit_ = largest_body_limit();
    parser_->body_limit(body_limit_);
    parser_->on_chunk_header(on_chunk_);
}

std::span<char> RequestReader::room() {
    buffer_.resize(filled_ + receive_bytes);
    return std::span(buffer_).subspan(filled_);
}

/// Moves what follows to the front, and wipes where it was.
void RequestReader::consume(std::size_t bytes) {
    std::move(buffer_.data() + bytes, buffer_.data() + filled_, buffer_.data());
    filled_ -= bytes;
    parsed_ = 0;
    wipe(buffer_.data() + filled_, bytes);
}

void RequestReader::parse() {
    // Never with nothing at all: the body's reader would index an empty vector.
    while (!error_ && !parser_->is_done() && parsed_ < filled_) {
        const bool was_head_done = parser_->is_header_done();
        // Beast 1.81 aborts the program when it is given less of the last chunk twice; there is
        // always that much to come.
        const bool in_chunks = was_head_done && parser_->chunked();
        if (in_chunks && filled_ - parsed_ < last_chunk_bytes) return;
        parsed_ +=
            parser_->put(boost::asio::buffer(buffer_.data() + parsed_, filled_ - parsed_), error_);
        if (!was_head_done && parser_->is_header_done()) return;
    }
}

Problem RequestReader::problem_of(const Error& error) const {
    if (error == http::error::body_limit) return too_large("body", body_limit_);
    if (error == http::error::header_limit) return too_large("head", max_head_bytes);
    return malformed(error);
}

RequestReader::Step RequestReader::refuse(Problem problem) {
    problem_ = std::move(problem);
    return Step::refused;
}

RequestReader::Step RequestReader::resume() {
    if (problem_) return Step::refused;
    if (!parser_->is_done()) parse();
    if (error_ && error_ != http::error::need_more) return refuse(problem_of(error_));
    error_ = {};
    if (parser_->is_header_done() && !head_is_judged_) return judge_head();
    if (!parser_->is_done()) {
        if (head_is_judged_) consume(parsed_);
        return Step::receive;
    }
    consume(parsed_);
    return Step::complete;
}

RequestReader::Step RequestReader::judge_head() {
    head_is_judged_ = true;
    auto refused = why_refused(parser_->get().base(), {buffer_.data(), parsed_});
    if (refused) return refuse(std::move(*refused));
    auto target = parse_target(parser_->get().target());
    if (!target) return refuse(std::move(target).error());
    target_ = std::move(*target);
    if (auto too_long = judge_length()) return refuse(std::move(*too_long));
    const std::string_view expected = parser_->get()[http::field::expect];
    if (!expected.empty() && !boost::beast::iequals(expected, "100-continue")) {
        return refuse(gatepost::problem(ProblemKind::bad_request,
                                        "Expect must be 100-continue, or not be there."));
    }
    consume(parsed_);
    // A request without a body is complete with its head, but the parser says so only when asked.
    const Step next = resume();
    return next == Step::receive ? Step::head : next;
}

std::optional<Problem> RequestReader::judge_length() {
    body_limit_ = body_limit(method(), target_.path, is_operator_);
    parser_->body_limit(body_limit_);
    const auto length = parser_->content_length();
    if (length && *length > body_limit_) return too_large("body", body_limit_);
    return std::nullopt;
}

bool RequestReader::expects_continue() const {
    return parser_->get().version() == 11 && !parser_->get()[http::field::expect].empty();
}

bool RequestReader::is_head_request() const {
    return parser_->get().method() == http::verb::head;
}

Request RequestReader::take(Peer peer) {
    std::string asked = is_head_request() ? "GET" : method();
    return {std::move(asked), target_, std::move(parser_->get().body()), std::move(peer),
            parser_->get()["Last-Event-ID"]};
}

}  // namespace gatepost::daemon
