#include "cli/api_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>

#include "cli/blocking.h"
#include "cli/members.h"
#include "cli/unix_socket.h"
#include "net/deadline.h"

namespace gatepost::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;

// The daemon gives up sooner: discovery takes 5 s, a sign-in 30 s, waiting for a turn as much
// again.
constexpr std::chrono::seconds patience{70};
// A page of 100 accounts with the largest labels that a request can carry.
constexpr std::size_t max_answer_bytes = std::size_t{8} * 1024 * 1024;

using Request = http::request<http::span_body<const char>>;
using Response = http::response<http::string_body>;

Problem broken(const std::string& why) {
    return problem(ProblemKind::protocol_violation,
                   "The daemon's answer cannot be read: " + why + ".");
}

Problem describe(const boost::system::error_code& error) {
    if (error == http::error::body_limit) {
        return problem(ProblemKind::too_large, "The daemon's answer is longer than 8 MiB.");
    }
    if (error == http::error::end_of_stream || error == http::error::partial_message ||
        error == asio::error::broken_pipe || error == asio::error::connection_reset) {
        return problem(ProblemKind::cannot_connect,
                       "The daemon closed the connection before it answered. Look at its log.");
    }
    return broken(error.message());
}

// `body` is not copied, since it can hold a password: it outlives the request.
Request make_request(const ApiRequest& asked) {
    Request request;
    request.version(11);
    request.method_string(asked.method);
    request.target(asked.target);
    request.set(http::field::host, "localhost");
    request.set(http::field::user_agent, "gatepost/" GATEPOST_VERSION);
    if (!asked.body.empty()) {
        request.set(http::field::content_type, "application/json");
        const std::string_view body = asked.body.reveal();
        request.body() = {body.data(), body.size()};
    }
    request.prepare_payload();
    return request;
}

asio::awaitable<Result<Response>> exchange(asio::local::stream_protocol::socket& socket,
                                           const Request& request) {
    boost::system::error_code error;
    co_await http::async_write(socket, request, asio::redirect_error(asio::use_awaitable, error));
    // A daemon that refuses early answers before it has read all, so its answer comes first.
    const boost::system::error_code write_error = error;
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(max_answer_bytes);
    co_await http::async_read(socket, buffer, parser,
                              asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return describe(write_error ? write_error : error);
    co_return parser.release();
}

}  // namespace

class ApiClient::Connection {
  public:
    explicit Connection(Descriptor descriptor)
        : socket_(context_, asio::local::stream_protocol(), descriptor.release()) {}

    Result<Response> send(const ApiRequest& request) {
        const Request message = make_request(request);
        return run_until_done(
            context_,
            net::within(net::after(patience), exchange(socket_, message), "The daemon's answer"));
    }

  private:
    asio::io_context context_;
    asio::local::stream_protocol::socket socket_;
};

ApiClient::ApiClient(std::string socket_path) : socket_path_(std::move(socket_path)) {}
ApiClient::~ApiClient() = default;

Outcome<json::value> ApiClient::send(ApiRequest request) {
    if (connection_ == nullptr) {
        auto descriptor = connect_to(socket_path_, patience);
        if (!descriptor) return Failure::without_daemon(descriptor.error());
        connection_ = std::make_unique<Connection>(std::move(*descriptor));
    }
    auto response = connection_->send(request);
    if (!response || !response->keep_alive()) connection_.reset();
    if (!response) {
        const bool gone = response.error().kind == ProblemKind::cannot_connect;
        return gone ? Failure::without_daemon(response.error()) : Failure(response.error());
    }
    boost::system::error_code error;
    json::value body;
    if (!response->body().empty()) body = json::parse(response->body(), error);
    const bool done = http::to_status_class(response->result()) == http::status_class::successful;
    if (!done) return Failure::answered(response->result_int(), std::move(body));
    if (error) return Failure(broken(error.message()));
    return body;
}

}  // namespace gatepost::cli
