#include "discovery/probe.h"

#include <array>
#include <utility>
#include <variant>

#include "net/stream.h"

namespace gatepost::discovery {
namespace {

namespace asio = boost::asio;

// In bytes; a greeting is some hundred.
constexpr std::size_t read_size = 2 << 10;

using Action = ProbeConversation::Action;

asio::awaitable<Result<std::string>> receive(net::Stream& stream, std::string host) {
    std::array<char, read_size> buffer;  // not initialised: it is written before it is read
    const Result<std::size_t> size = co_await stream.read_some(buffer);
    if (!size) co_return size.error();
    if (*size == 0) {
        co_return problem(ProblemKind::cannot_connect,
                          host + " closed the connection before it said what it is.")
            .with("reason", "closed")
            .with("host", host);
    }
    co_return std::string(buffer.data(), *size);
}

// Does what the conversation wants, up to its next action.
asio::awaitable<Action> perform(net::Stream& stream, net::TlsContext& tls,
                                ProbeConversation& conversation, Action action, std::string host) {
    if (const auto* send = std::get_if<ProbeConversation::Send>(&action)) {
        const Result<void> sent = co_await stream.write(send->bytes);
        if (!sent) co_return Action(sent.error());
        co_return conversation.resume({});
    }
    if (std::holds_alternative<ProbeConversation::StartTls>(action)) {
        const Result<void> secure = co_await stream.start_tls(tls, host);
        if (!secure) co_return Action(secure.error());
        co_return conversation.tls_started();
    }
    const Result<std::string> received = co_await receive(stream, host);
    if (!received) co_return Action(received.error());
    co_return conversation.resume(*received);
}

asio::awaitable<Result<Capabilities>> converse(net::Dialer& dialer, net::TlsContext& tls,
                                               std::string host, std::uint16_t port,
                                               Security security) {
    // probe() puts the deadline over all of it.
    auto socket = co_await dialer.dial(host, port, net::Deadline::max());
    if (!socket) co_return std::move(socket).error();
    net::Stream stream(std::move(*socket));
    ProbeConversation conversation(host, security);
    Action action = conversation.start();
    for (;;) {
        if (auto* failed = std::get_if<Problem>(&action)) co_return std::move(*failed);
        if (auto* done = std::get_if<ProbeConversation::Done>(&action)) {
            // Politeness alone: what comes of it changes nothing.
            co_await stream.write(ProbeConversation::farewell);
            stream.close();
            co_return std::move(done->capabilities);
        }
        Action next = co_await perform(stream, tls, conversation, std::move(action), host);
        action = std::move(next);
    }
}

}  // namespace

asio::awaitable<Result<Capabilities>> DialingProber::probe(std::string host, std::uint16_t port,
                                                           Security security,
                                                           net::Deadline deadline) {
    auto allowed = egress_.check_imap_port(port);
    if (!allowed) co_return std::move(allowed).error();
    std::string what = "Asking " + host + " on port " + std::to_string(port);
    co_return co_await net::within(
        deadline, converse(dialer_, tls_, std::move(host), port, security), std::move(what));
}

}  // namespace gatepost::discovery
