#include "imap/session.h"

#include <functional>
#include <optional>

#include "imap/capabilities.h"
#include "imap/connection.h"
#include "imap/etpan_parser.h"
#include "imap/guard.h"
#include "imap/printable.h"
#include "imap/refusal.h"
#include "imap/response.h"
#include "imap/sign_in.h"
#include "imap/utf7.h"

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;

// What is kept of a LIST. Nobody has as many; a hostile server would fill the memory otherwise.
constexpr std::size_t max_mailboxes = 10'000;
// In bytes: the framer's bound for a line.
constexpr std::size_t max_mailbox_name = 64 << 10;

// No server has it: names in .invalid belong to nobody (RFC 6761).
constexpr std::string_view examine_nothing = "EXAMINE \"nothing-selected.gatepost.invalid\"";

Mailbox readable(Mailbox mailbox) {
    const auto decoded = decode_utf7(mailbox.name);
    mailbox.name = printable(decoded ? *decoded : mailbox.name, max_mailbox_name);
    return mailbox;
}

/// What became of a command.
struct Completion {
    Status status = Status::ok;
    std::string code;
    Problem refusal;  ///< for whoever expected another status
};

Completion completion_of(const Response& response) {
    const ProblemKind kind = response.status == Status::no ? ProblemKind::provider_unavailable
                                                           : ProblemKind::protocol_violation;
    return {response.status, std::string(response.code),
            with_words_of(response, problem(kind, "The server did not carry out a command"))};
}

using DataHandler = std::function<Result<void>(const Response&, std::string_view whole)>;

Result<void> drop(const Response& /*response*/, std::string_view /*whole*/) {
    return {};
}

}  // namespace

struct Session::Impl {
    Impl(asio::ip::tcp::socket socket, const Settings& settings)
        : connection(std::move(socket)), host(settings.host), port(settings.port) {}

    asio::awaitable<Result<void>> sign_in(net::TlsContext& tls, SignInDialogue conversation);

    asio::awaitable<Result<Completion>> exchange(std::string command, FramingLimits limits,
                                                 DataHandler on_data);
    /// exchange() by the deadline, and its problems with their facts.
    asio::awaitable<Result<Completion>> run(std::string command, FramingLimits limits,
                                            DataHandler on_data, net::Deadline deadline);
    asio::awaitable<Result<void>> settle();

    Connection connection;
    std::shared_ptr<const Capabilities> capabilities;
    std::string host;
    std::uint16_t port;
    std::uint32_t last_tag = 0;
};

namespace {

/// The facts that every problem of a session has.
Problem at(const std::string& host, std::uint16_t port, Problem problem) {
    if (problem.fact("host").empty()) problem.facts.emplace_back("host", host);
    if (problem.fact("port").empty()) problem.facts.emplace_back("port", std::to_string(port));
    return problem;
}

/// Untagged, of nobody's interest now: BYE still ends the session.
Result<void> pass_over(const Response& response) {
    if (response.kind == Response::Kind::status && response.status == Status::bye) {
        return bye_problem(response);
    }
    if (response.untagged()) return {};
    return problem(ProblemKind::protocol_violation, "The server answered what it was not asked");
}

}  // namespace

asio::awaitable<Result<std::unique_ptr<Session>>> Session::connect(net::Dialer& dialer,
                                                                   net::TlsContext& tls,
                                                                   Settings settings,
                                                                   Credential credential,
                                                                   net::Deadline deadline) {
    // The dialer keeps the deadline itself, and tells by it that nobody answered.
    auto socket = co_await dialer.dial(settings.host, settings.port, deadline);
    if (!socket) co_return at(settings.host, settings.port, std::move(socket).error());
    auto impl = std::make_unique<Impl>(std::move(*socket), settings);
    auto conversation = impl->sign_in(tls, SignInDialogue(settings, std::move(credential)));
    auto signed_in =
        co_await net::within(deadline, std::move(conversation), "Signing in to " + settings.host);
    if (!signed_in) co_return at(settings.host, settings.port, std::move(signed_in).error());
    co_return std::unique_ptr<Session>(new Session(std::move(impl)));
}

asio::awaitable<Result<void>> Session::Impl::sign_in(net::TlsContext& tls,
                                                     SignInDialogue conversation) {
    SignInDialogue::Action action = conversation.start();
    while (true) {
        if (auto* failed = std::get_if<Problem>(&action)) co_return std::move(*failed);
        if (auto* ready = std::get_if<SignInDialogue::Ready>(&action)) {
            capabilities = shared(std::move(ready->capabilities));
            co_return co_await settle();
        }
        if (std::holds_alternative<SignInDialogue::StartTls>(action)) {
            auto started = co_await connection.stream().start_tls(tls, host);
            if (!started) co_return std::move(started).error();
            action = conversation.tls_started();
            continue;
        }
        if (auto* sending = std::get_if<SignInDialogue::Send>(&action)) {
            connection.begin(sign_in_limits);
            auto sent = co_await connection.send(sending->bytes.reveal());
            sending->bytes = Secret();
            if (!sent) co_return std::move(sent).error();
        }
        auto response = co_await connection.receive();
        if (!response) co_return std::move(response).error();
        action = conversation.resume(*response, connection.more_received());
    }
}

asio::awaitable<Result<Completion>> Session::Impl::exchange(std::string command,
                                                            FramingLimits limits,
                                                            DataHandler on_data) {
    const std::string tag = "S" + std::to_string(++last_tag);
    const std::string line = tag + " " + command + "\r\n";
    connection.begin(limits);
    auto sent = co_await connection.send(line);
    if (!sent) co_return std::move(sent).error();
    while (true) {
        auto received = co_await connection.receive();
        if (!received) co_return std::move(received).error();
        const auto response = take_apart(*received);
        if (!response) co_return response.error();
        if (response->kind == Response::Kind::status && response->tag == tag) {
            Completion completion = completion_of(*response);
            auto settled = co_await settle();
            if (!settled) co_return std::move(settled).error();
            co_return completion;
        }
        auto handled = pass_over(*response);
        if (handled && response->kind == Response::Kind::data) {
            handled = on_data(*response, *received);
        }
        if (!handled) co_return std::move(handled).error();
    }
}

/// What follows a command's end in the same bytes is taken in, up to the end of a response: whoever
/// uses the stream next finds it between two of them.
asio::awaitable<Result<void>> Session::Impl::settle() {
    while (connection.more_received()) {
        auto received = co_await connection.receive();
        if (!received) co_return std::move(received).error();
        const auto response = take_apart(*received);
        if (!response) co_return response.error();
        auto passed = pass_over(*response);
        if (!passed) co_return passed;
    }
    co_return Result<void>();
}

asio::awaitable<Result<Completion>> Session::Impl::run(std::string command, FramingLimits limits,
                                                       DataHandler on_data,
                                                       net::Deadline deadline) {
    auto operation = exchange(std::move(command), limits, std::move(on_data));
    auto done = co_await net::within(deadline, std::move(operation), "The answer of " + host);
    if (!done) co_return at(host, port, std::move(done).error());
    done->refusal = at(host, port, std::move(done->refusal));
    co_return done;
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Session::~Session() = default;

const std::vector<std::string>& Session::capabilities() const {
    return *impl_->capabilities;
}

bool Session::has(std::string_view capability) const {
    return imap::has(*impl_->capabilities, capability);
}

net::Stream& Session::stream() {
    return impl_->connection.stream();
}

asio::awaitable<Result<void>> Session::noop(net::Deadline deadline) {
    auto done = co_await impl_->run("NOOP", command_limits, drop, deadline);
    if (!done) co_return std::move(done).error();
    if (done->status != Status::ok) co_return std::move(done->refusal);
    co_return Result<void>();
}

asio::awaitable<Result<std::vector<Mailbox>>> Session::list_mailboxes(net::Deadline deadline) {
    std::string command = "LIST \"\" \"*\"";
    // RFC 6154 2 and RFC 5258: without the latter, flags come unasked or not at all.
    if (has("LIST-EXTENDED") && has("SPECIAL-USE")) command += " RETURN (CHILDREN SPECIAL-USE)";
    std::vector<Mailbox> mailboxes;
    EtpanParser parser;
    const DataHandler keep = [&](const Response& response, std::string_view whole) -> Result<void> {
        const bool listed = equal_ignoring_case(response.keyword, "LIST");
        if (!listed || mailboxes.size() == max_mailboxes) return {};
        const auto admitted = admit_mailbox(whole);
        if (!admitted) return admitted.error();
        auto mailbox = parser.mailbox(*admitted);
        if (!mailbox) return std::move(mailbox).error();
        mailboxes.push_back(readable(std::move(*mailbox)));
        return {};
    };
    auto done = co_await impl_->run(std::move(command), list_limits, keep, deadline);
    if (!done) co_return std::move(done).error();
    if (done->status != Status::ok) co_return std::move(done->refusal);
    co_return mailboxes;
}

asio::awaitable<Result<void>> Session::clean(net::Deadline deadline) {
    const bool unselect = has("UNSELECT");
    std::string command(unselect ? std::string_view("UNSELECT") : examine_nothing);
    auto done = co_await impl_->run(std::move(command), command_limits, drop, deadline);
    if (!done) co_return std::move(done).error();
    // RFC 3691 2: BAD says that nothing is selected. RFC 3501 6.3.1: after a failed EXAMINE
    // neither.
    const bool cleaned = unselect ? done->status != Status::no : done->status == Status::no;
    if (!cleaned) co_return std::move(done->refusal);
    co_return Result<void>();
}

asio::awaitable<void> Session::logout(net::Deadline deadline) {
    // BYE comes first, and so this ends with a problem as a rule.
    co_await impl_->run("LOGOUT", command_limits, drop, deadline);
    impl_->connection.stream().close();
}

}  // namespace gatepost::imap
