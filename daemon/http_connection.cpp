#include "daemon/http_connection.h"

#include <sstream>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <fmt/format.h>

#include "daemon/lingering.h"
#include "daemon/problem_answer.h"
#include "daemon/request_reader.h"
#include "net/deadline.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using Response = http::response<http::string_body>;
using Step = RequestReader::Step;

Problem client_went() {
    return problem(ProblemKind::cancelled, "The client has closed the connection.");
}

Response head_of(const Answer& answer, bool keep_alive) {
    Response response(static_cast<http::status>(answer.status), 11);
    for (const auto& [name, value] : answer.headers)
        response.insert(name, value);
    if (!answer.content_type.empty()) response.set(http::field::content_type, answer.content_type);
    // Answers show accounts and their states, which are of the moment.
    response.set(http::field::cache_control, "no-store");
    response.keep_alive(keep_alive);
    return response;
}

Response response_of(Answer answer, bool keep_alive) {
    Response response = head_of(answer, keep_alive);
    response.body() = std::move(answer.body);
    if (answer.status != 204) response.content_length(response.body().size());
    return response;
}

/// RFC 9112 7.1; of nothing, the last one.
std::string chunk_of(std::string_view bytes) {
    return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

/// @param message a response, or its head alone
template <class Message>
std::string text_of(const Message& message) {
    std::ostringstream text;
    text << message;
    return std::move(text).str();
}

Problem bug() {
    return problem(ProblemKind::internal,
                   "The request could not be answered because of a bug. The log says more.");
}

class HttpConnection final : public Connection,
                             public std::enable_shared_from_this<HttpConnection> {
  public:
    HttpConnection(Client client, PeerLimit::Place place, const HttpHandler& handle, AccessLog& log,
                   HttpPatience patience)
        : socket_(std::move(client.socket)),
          peer_(std::move(client.peer)),
          place_(std::move(place)),
          handle_(handle),
          log_(log),
          patience_(patience),
          reader_(peer_.is_operator()) {}

    asio::awaitable<void> serve() override;
    void finish() override;
    void cut() override;

  private:
    asio::awaitable<Result<std::size_t>> receive();
    asio::awaitable<Result<void>> send(std::string bytes);
    asio::awaitable<Result<Step>> read();
    asio::awaitable<Result<Step>> read_request();
    asio::awaitable<bool> next_request_begins();
    asio::awaitable<bool> exchange();
    asio::awaitable<Answer> handle(Request request);
    asio::awaitable<bool> reply(Answer answer, bool keep_alive);
    asio::awaitable<void> stream(Answer answer);
    void end_stream_with_the_client();
    void record(const Answer& answer);

    UnixSocket socket_;
    Peer peer_;
    PeerLimit::Place place_;
    const HttpHandler& handle_;
    AccessLog& log_;
    HttpPatience patience_;
    RequestReader reader_;
    net::Clock::time_point began_;        ///< when the request's first byte was there
    std::shared_ptr<BodyStream> stream_;  ///< that the client is reading
    bool is_idle_ = false;
    bool is_finishing_ = false;
    bool is_sending_ = false;  ///< a piece of the stream
};

// Every wait below is one of the socket's, and ends with a problem when cut() closes it.

asio::awaitable<Result<std::size_t>> HttpConnection::receive() {
    const std::span<char> room = reader_.room();
    const auto [error, bytes] = co_await socket_.async_read_some(
        asio::buffer(room.data(), room.size()), asio::as_tuple(asio::use_awaitable));
    if (error) co_return client_went();
    reader_.received(bytes);
    co_return bytes;
}

asio::awaitable<Result<void>> HttpConnection::send(std::string bytes) {
    const auto [error, sent] = co_await asio::async_write(socket_, asio::buffer(bytes),
                                                          asio::as_tuple(asio::use_awaitable));
    if (error) co_return client_went();
    co_return Result<void>();
}

/// Up to the next step that is not `receive`.
asio::awaitable<Result<Step>> HttpConnection::read() {
    while (true) {
        const Step step = reader_.resume();
        if (step != Step::receive) co_return step;
        auto received = co_await receive();
        if (!received) co_return std::move(received).error();
    }
}

asio::awaitable<Result<Step>> HttpConnection::read_request() {
    auto step = co_await net::within(net::after(patience_.head), read(), "The request's head");
    if (!step || *step != Step::head) co_return step;
    if (reader_.expects_continue()) {
        auto told = co_await net::within(net::after(patience_.write),
                                         send("HTTP/1.1 100 Continue\r\n\r\n"), "Writing");
        if (!told) co_return std::move(told).error();
    }
    co_return co_await net::within(net::after(patience_.body), read(), "The request's body");
}

/// False when there will be none.
asio::awaitable<bool> HttpConnection::next_request_begins() {
    reader_.begin();
    if (is_finishing_) co_return false;
    if (!reader_.has_begun()) {
        is_idle_ = true;
        const auto received =
            co_await net::within(net::after(patience_.idle), receive(), "The next request");
        is_idle_ = false;
        if (!received) co_return false;
    }
    began_ = net::Clock::now();
    co_return true;
}

asio::awaitable<Answer> HttpConnection::handle(Request request) {
    try {
        co_return co_await handle_(std::move(request));
    } catch (const std::exception& error) {
        log_.record_bug(error.what());
    }
    co_return answer_of(bug());
}

/// One request and its answer; false when the connection is to end.
asio::awaitable<bool> HttpConnection::exchange() {
    const auto step = co_await read_request();
    if (!step) co_return false;  // gone or too slow: there is nobody to answer
    if (*step == Step::refused) {
        co_await reply(answer_of(reader_.problem()), false);
        co_await linger(socket_, patience_.linger);
        co_return false;
    }
    const bool keep_alive = reader_.keep_alive();
    Answer answer = co_await handle(reader_.take(peer_));
    if (!answer.stream) co_return co_await reply(std::move(answer), keep_alive);
    record(answer);
    co_await stream(std::move(answer));
    co_return false;
}

asio::awaitable<bool> HttpConnection::reply(Answer answer, bool keep_alive) {
    record(answer);
    keep_alive = keep_alive && !is_finishing_;
    Response response = response_of(std::move(answer), keep_alive);
    if (reader_.is_head_request()) response.body().clear();
    const auto sent =
        co_await net::within(net::after(patience_.write), send(text_of(response)), "Writing");
    co_return keep_alive&& sent;
}

/// Until the stream ends or the client goes. A client may take its time to read: nothing waits for
/// it but the stream.
asio::awaitable<void> HttpConnection::stream(Answer answer) {
    const bool in_chunks = reader_.takes_chunks();
    Response head = head_of(answer, false);
    if (in_chunks) head.chunked(true);
    auto sent =
        co_await net::within(net::after(patience_.write), send(text_of(head.base())), "Writing");
    if (reader_.is_head_request() || is_finishing_) co_return;
    stream_ = std::move(answer.stream);
    end_stream_with_the_client();
    for (bool goes_on = true; goes_on && sent;) {
        std::string bytes = co_await stream_->next();
        goes_on = !bytes.empty();
        if (in_chunks) bytes = chunk_of(bytes);
        is_sending_ = true;
        sent = co_await net::within(net::after(patience_.stall), send(std::move(bytes)), "Writing");
        is_sending_ = false;
    }
    stream_.reset();
}

void HttpConnection::end_stream_with_the_client() {
    // A client that has closed its socket hangs up; one that only says that it will send no more
    // does not, and may go on reading.
    socket_.async_wait(UnixSocket::wait_error,
                       [self = shared_from_this()](const boost::system::error_code&) {
                           if (self->stream_) self->stream_->end();
                       });
}

void HttpConnection::record(const Answer& answer) {
    const auto took = net::Clock::now() - began_;
    log_.record({reader_.method(), reader_.path(), answer.status, answer.problem, peer_.uid,
                 std::chrono::duration_cast<std::chrono::microseconds>(took)});
}

asio::awaitable<void> HttpConnection::serve() {
    // Plain statements: g++ 12 miscompiles `while (co_await …)`.
    for (bool goes_on = true; goes_on;) {
        goes_on = co_await next_request_begins();
        if (goes_on) goes_on = co_await exchange();
    }
    cut();
}

void HttpConnection::finish() {
    is_finishing_ = true;
    boost::system::error_code ignored;
    if (is_idle_) socket_.shutdown(UnixSocket::shutdown_receive, ignored);
    if (!stream_) return;
    stream_->end();
    // A client that takes nothing would not hear of the end, either.
    if (is_sending_) socket_.cancel(ignored);
}

void HttpConnection::cut() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    if (stream_) stream_->end();
}

}  // namespace

std::shared_ptr<Connection> make_http_connection(Client client, PeerLimit::Place place,
                                                 const HttpHandler& handle, AccessLog& log,
                                                 HttpPatience patience) {
    return std::make_shared<HttpConnection>(std::move(client), std::move(place), handle, log,
                                            patience);
}

std::string http_turned_away() {
    return text_of(response_of(
        answer_of(problem(ProblemKind::overloaded,
                          "There are too many connections. Close some, or try again later.")),
        false));
}

}  // namespace gatepost::daemon
