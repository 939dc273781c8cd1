// From bytes to one request after the other, and no further than the limits: Beast's parser, the
// guard and the target's syntax behind one resume(). Without sockets and clocks; private to the
// HTTP connection. Fed by anyone who can reach a listener; what was read is wiped.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>

#include "daemon/http_message.h"

namespace gatepost::daemon {

class RequestReader {
  public:
    /// @param is_operator he may send larger bodies, where body_limit.h says so
    explicit RequestReader(bool is_operator = false);

    /// Forgets the request that was read; what follows it is kept.
    void begin();
    /// True when bytes of the request are there, or the whole of it.
    [[nodiscard]] bool has_begun() const { return filled_ > 0; }

    /// Where to receive into, and how much was.
    std::span<char> room();
    void received(std::size_t bytes) { filled_ += bytes; }

    enum class Step {
        receive,   ///< more bytes are needed
        head,      ///< the head is complete, and a body follows; told once
        complete,  ///< take() the request
        refused,   ///< answer problem(), and close
    };
    Step resume();

    /// After `head`: the client waits for "100 Continue" before it sends the body.
    [[nodiscard]] bool expects_continue() const;
    [[nodiscard]] const Problem& problem() const { return *problem_; }

    // Of the request that is being read, as far as it is known.

    [[nodiscard]] bool keep_alive() const { return !problem_ && parser_->keep_alive(); }
    [[nodiscard]] bool is_head_request() const;
    [[nodiscard]] bool takes_chunks() const { return parser_->get().version() == 11; }
    [[nodiscard]] std::string method() const { return std::string(parser_->get().method_string()); }
    [[nodiscard]] std::string path() const { return target_.path; }

    /// Once, after `complete`.
    Request take(Peer peer);

  private:
    using Body = boost::beast::http::vector_body<char, WipingAllocator<char>>;
    using Error = boost::system::error_code;

    void parse();
    Step judge_head();
    std::optional<Problem> judge_length();
    [[nodiscard]] Problem problem_of(const Error& error) const;
    Step refuse(Problem problem);
    void consume(std::size_t bytes);

    WipedBytes buffer_;
    std::size_t filled_ = 0;  ///< bytes of the buffer that were received
    std::size_t parsed_ = 0;  ///< and of those, what the parser has had of the head
    std::size_t extension_bytes_ = 0;
    std::function<void(std::uint64_t, std::string_view, Error&)> on_chunk_;
    std::optional<boost::beast::http::request_parser<Body>> parser_;
    Error error_;
    const bool is_operator_;
    std::uint64_t body_limit_ = 0;
    bool head_is_judged_ = false;
    RequestTarget target_;
    std::optional<Problem> problem_;
};

}  // namespace gatepost::daemon
