#include "cli/event_source.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>

#include "cli/blocking.h"
#include "cli/unix_socket.h"
#include "net/deadline.h"

namespace gatepost::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::chrono::seconds patience{10};  // for a connection and the head of the answer
constexpr std::chrono::seconds silence{60};   // the daemon says that it is there every 15 s
constexpr std::size_t max_refusal_bytes = std::size_t{1024} * 1024;

Problem gone() {
    return problem(ProblemKind::cannot_connect, "The daemon has ended the stream of events.");
}

http::request<http::empty_body> make_request(const std::string& target,
                                             const std::string& last_id) {
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::user_agent, "gatepost/" GATEPOST_VERSION);
    request.set(http::field::accept, "text/event-stream");
    if (!last_id.empty()) request.set("Last-Event-ID", last_id);
    return request;
}

}  // namespace

class EventSource::Connection {
  public:
    explicit Connection(Descriptor descriptor)
        : socket_(context_, asio::local::stream_protocol(), descriptor.release()) {
        parser_.body_limit(boost::none);
    }

    /// The answer's status.
    Result<unsigned> ask(const std::string& target, const std::string& last_id) {
        return run_until_done(
            context_, net::within(net::after(patience), exchange(make_request(target, last_id)),
                                  "The answer"));
    }
    Result<std::string> read_piece() {
        return run_until_done(context_, net::within(net::after(silence), piece(), "The stream"));
    }
    /// A refusal's whole body.
    std::string read_rest() {
        std::string body;
        while (body.size() < max_refusal_bytes) {
            const auto more = read_piece();
            if (!more) break;
            body += *more;
        }
        return body;
    }

    EventParser events;

  private:
    asio::awaitable<Result<unsigned>> exchange(http::request<http::empty_body> request) {
        boost::system::error_code error;
        co_await http::async_write(socket_, request,
                                   asio::redirect_error(asio::use_awaitable, error));
        co_await http::async_read_header(socket_, buffer_, parser_,
                                         asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return gone();
        co_return parser_.get().result_int();
    }

    asio::awaitable<Result<std::string>> piece() {
        boost::system::error_code error;
        while (parser_.get().body().empty() && !parser_.is_done() && !error) {
            co_await http::async_read_some(socket_, buffer_, parser_,
                                           asio::redirect_error(asio::use_awaitable, error));
        }
        if (parser_.get().body().empty()) co_return gone();
        co_return std::exchange(parser_.get().body(), {});
    }

    asio::io_context context_;
    asio::local::stream_protocol::socket socket_;
    boost::beast::flat_buffer buffer_;
    http::response_parser<http::string_body> parser_;
};

EventSource::EventSource(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
EventSource::EventSource(EventSource&&) noexcept = default;
EventSource::~EventSource() = default;

Outcome<EventSource> EventSource::open(const std::string& socket_path, const std::string& target,
                                       const std::string& last_id) {
    auto descriptor = connect_to(socket_path, patience);
    if (!descriptor) return Failure::without_daemon(descriptor.error());
    auto connection = std::make_unique<Connection>(std::move(*descriptor));
    const auto status = connection->ask(target, last_id);
    if (!status) return Failure::without_daemon(status.error());
    if (*status != 200) {
        boost::system::error_code error;
        auto body = boost::json::parse(connection->read_rest(), error);
        return Failure::answered(*status, std::move(body));
    }
    return EventSource(std::move(connection));
}

Outcome<std::vector<ServerEvent>> EventSource::next() {
    const auto bytes = connection_->read_piece();
    if (!bytes) return Failure::without_daemon(bytes.error());
    auto events = connection_->events.feed(*bytes);
    if (!events) return Failure(events.error());
    return std::move(*events);
}

const std::string& EventSource::last_id() const {
    return connection_->events.last_id();
}

}  // namespace gatepost::cli
