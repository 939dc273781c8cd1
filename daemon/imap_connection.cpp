#include "daemon/imap_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/write.hpp>

#include "daemon/imap_login.h"
#include "imap/printable.h"
#include "net/deadline.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;

// An address has 320 bytes at most (RFC 5321 4.5.3.1); the log need not hold more of what was sent.
constexpr std::size_t max_account_shown = 320;

// For the last line to a client that may not read.
constexpr std::chrono::seconds bye_patience{1};

Problem client_went() {
    return problem(ProblemKind::cancelled, "The client has closed the connection.");
}

class ImapConnection final : public Connection {
  public:
    ImapConnection(Client client, PeerLimit::Place place, const LeaseMaker& lease, Log& log,
                   std::chrono::milliseconds patience)
        : socket_(std::move(client.socket)),
          peer_(std::move(client.peer)),
          place_(std::move(place)),
          lease_(lease),
          log_(log),
          patience_(patience) {}

    asio::awaitable<void> serve() override;
    void finish() override;
    void cut() override;

  private:
    asio::awaitable<Result<void>> converse();
    asio::awaitable<Result<void>> receive();
    asio::awaitable<Result<void>> send(std::string text);
    Result<void> hand_over(const ImapLogin::Lease& wanted);

    UnixSocket socket_;
    Peer peer_;
    PeerLimit::Place place_;
    const LeaseMaker& lease_;
    Log& log_;
    std::chrono::milliseconds patience_;
    ImapLogin login_;
};

asio::awaitable<Result<void>> ImapConnection::receive() {
    const std::span<char> room = login_.room();
    const auto [error, bytes] = co_await socket_.async_read_some(
        asio::buffer(room.data(), room.size()), asio::as_tuple(asio::use_awaitable));
    if (error) co_return client_went();
    login_.received(bytes);
    co_return Result<void>();
}

asio::awaitable<Result<void>> ImapConnection::send(std::string text) {
    const auto [error, sent] = co_await asio::async_write(socket_, asio::buffer(text),
                                                          asio::as_tuple(asio::use_awaitable));
    if (error) co_return client_went();
    co_return Result<void>();
}

/// From here on the descriptor, and all that is said on it, is the reactor's.
Result<void> ImapConnection::hand_over(const ImapLogin::Lease& wanted) {
    imap::OwnedFd client(socket_.release());
    auto leased = lease_(peer_, wanted.account, client, wanted.tag, login_.rest());
    if (!leased) socket_.assign(asio::local::stream_protocol(), client.release());
    log_.debug("A client asked for a session.",
               {{"account", imap::printable(wanted.account, max_account_shown)},
                {"uid", std::to_string(peer_.uid)},
                {"problem", leased ? "none" : std::string(name_of(leased.error().kind))}});
    return leased;
}

/// Until the client has a session, or there is nothing more to say.
asio::awaitable<Result<void>> ImapConnection::converse() {
    auto done = co_await send(std::string(ImapLogin::greeting()));
    while (done) {
        ImapLogin::Action action = login_.resume();
        if (std::holds_alternative<ImapLogin::Receive>(action)) {
            done = co_await receive();
        } else if (auto* answer = std::get_if<ImapLogin::Send>(&action)) {
            done = co_await send(std::move(answer->text));
        } else if (auto* last = std::get_if<ImapLogin::Close>(&action)) {
            co_return co_await send(std::move(last->text));
        } else {
            auto leased = hand_over(std::get<ImapLogin::Lease>(action));
            if (leased) co_return Result<void>();
            done = co_await send(login_.turned_away(leased.error()));
        }
    }
    co_return done;
}

asio::awaitable<void> ImapConnection::serve() {
    const auto done = co_await net::within(net::after(patience_), converse(), "Signing in");
    if (!done && done.error().kind == ProblemKind::timed_out) {
        co_await net::within(net::after(bye_patience),
                             send(ImapLogin::bye("You took too long to sign in")), "Writing");
    }
    cut();
}

void ImapConnection::finish() {
    // Nobody who has not signed in yet is in the middle of anything.
    boost::system::error_code ignored;
    socket_.shutdown(UnixSocket::shutdown_receive, ignored);
}

void ImapConnection::cut() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace

std::shared_ptr<Connection> make_imap_connection(Client client, PeerLimit::Place place,
                                                 const LeaseMaker& lease, Log& log,
                                                 std::chrono::milliseconds patience) {
    return std::make_shared<ImapConnection>(std::move(client), std::move(place), lease, log,
                                            patience);
}

std::string imap_turned_away() {
    return ImapLogin::bye("There are too many connections. Close some, or try again later.");
}

}  // namespace gatepost::daemon
