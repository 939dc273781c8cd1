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

/// Called with every untagged response but BYE.
using DataHandler = std::function<Result<void>(const Response&, std::string_view whole)>;

Result<void> drop(const Response& /*response*/, std::string_view /*whole*/) {
    return {};
}

DataHandler handing_on(Session::News news) {
    return [news = std::move(news)](const Response& response, std::string_view /*whole*/) {
        news(response);
        return Result<void>();
    };
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
    template <class T>
    asio::awaitable<Result<T>> by(net::Deadline deadline, asio::awaitable<Result<T>> operation);
    asio::awaitable<Result<Completion>> complete(std::string tag, DataHandler on_data);
    asio::awaitable<Result<void>> settle(DataHandler on_data);

    asio::awaitable<Result<Watch>> idle(DataHandler on_data);
    asio::awaitable<Result<void>> end_idle(DataHandler on_data);
    asio::awaitable<Result<Watch>> begin_watch(DataHandler on_data, std::function<void()> examined);
    asio::awaitable<Result<Watch>> hear(DataHandler on_data);
    asio::awaitable<Result<Watch>> renew_watch(DataHandler on_data);
    asio::awaitable<Result<void>> end_watch(DataHandler on_data);

    Result<void> take_unasked(const Response& response, std::string_view whole,
                              const DataHandler& on_data);

    std::string next_tag() { return "S" + std::to_string(++last_tag); }
    [[nodiscard]] std::string unselecting() const;
    [[nodiscard]] bool has_unselected(const Completion& completion) const;

    Connection connection;
    std::shared_ptr<const Capabilities> capabilities;
    std::string host;
    std::uint16_t port;
    std::uint32_t last_tag = 0;
    std::string idle_tag;      ///< of the IDLE that goes on; empty: none
    bool done_is_out = false;  ///< and may have come when the provider had ended IDLE itself
};

namespace {

/// The facts that every problem of a session has.
Problem at(const std::string& host, std::uint16_t port, Problem problem) {
    if (problem.fact("host").empty()) problem.facts.emplace_back("host", host);
    if (problem.fact("port").empty()) problem.facts.emplace_back("port", std::to_string(port));
    return problem;
}

bool is_answer_to(std::string_view tag, const Response& response) {
    return response.kind == Response::Kind::status && response.tag == tag;
}

// What a server says that takes DONE for a command's tag.
bool is_complaint_about_done(const Response& response) {
    return response.kind == Response::Kind::status && equal_ignoring_case(response.tag, "DONE") &&
           (response.status == Status::no || response.status == Status::bad);
}

}  // namespace

/// What does not complete the command that goes on. BYE ends the session; IDLE may end of the
/// provider's own accord.
Result<void> Session::Impl::take_unasked(const Response& response, std::string_view whole,
                                         const DataHandler& on_data) {
    if (response.kind == Response::Kind::status && response.status == Status::bye) {
        return bye_problem(response);
    }
    if (response.untagged()) return on_data(response, whole);
    if (!idle_tag.empty() && is_answer_to(idle_tag, response)) {
        idle_tag.clear();
        return {};
    }
    if (is_complaint_about_done(response) && std::exchange(done_is_out, false)) return {};
    return problem(ProblemKind::protocol_violation, "The server answered what it was not asked");
}

template <class T>
asio::awaitable<Result<T>> Session::Impl::by(net::Deadline deadline,
                                             asio::awaitable<Result<T>> operation) {
    auto done = co_await net::within(deadline, std::move(operation), "The answer of " + host);
    if (!done) co_return at(host, port, std::move(done).error());
    co_return done;
}

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
            co_return co_await settle(drop);
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
    const std::string tag = next_tag();
    const std::string line = tag + " " + command + "\r\n";
    connection.begin(limits);
    auto sent = co_await connection.send(line);
    if (!sent) co_return std::move(sent).error();
    auto completion = co_await complete(tag, on_data);
    if (!completion) co_return completion;
    auto settled = co_await settle(on_data);
    if (!settled) co_return std::move(settled).error();
    co_return completion;
}

asio::awaitable<Result<Completion>> Session::Impl::complete(std::string tag, DataHandler on_data) {
    while (true) {
        auto received = co_await connection.receive();
        if (!received) co_return std::move(received).error();
        const auto response = take_apart(*received);
        if (!response) co_return response.error();
        if (is_answer_to(tag, *response)) co_return completion_of(*response);
        auto handled = take_unasked(*response, *received, on_data);
        if (!handled) co_return std::move(handled).error();
    }
}

/// What follows a command's end in the same bytes is taken in, up to the end of a response: whoever
/// uses the stream next finds it between two of them.
asio::awaitable<Result<void>> Session::Impl::settle(DataHandler on_data) {
    while (connection.more_received()) {
        auto received = co_await connection.receive();
        if (!received) co_return std::move(received).error();
        const auto response = take_apart(*received);
        if (!response) co_return response.error();
        auto handled = take_unasked(*response, *received, on_data);
        if (!handled) co_return handled;
    }
    co_return Result<void>();
}

asio::awaitable<Result<Completion>> Session::Impl::run(std::string command, FramingLimits limits,
                                                       DataHandler on_data,
                                                       net::Deadline deadline) {
    auto operation = exchange(std::move(command), limits, std::move(on_data));
    auto done = co_await by(deadline, std::move(operation));
    if (done) done->refusal = at(host, port, std::move(done->refusal));
    co_return done;
}

// ---- Watching.

std::string Session::Impl::unselecting() const {
    return std::string(imap::has(*capabilities, "UNSELECT") ? "UNSELECT" : examine_nothing);
}

// RFC 3691 2: BAD says that nothing is selected. RFC 3501 6.3.1: after a failed EXAMINE neither.
bool Session::Impl::has_unselected(const Completion& completion) const {
    return imap::has(*capabilities, "UNSELECT") ? completion.status != Status::no
                                                : completion.status == Status::no;
}

// A provider that offers it and then refuses it is asked instead.
asio::awaitable<Result<Session::Watch>> Session::Impl::idle(DataHandler on_data) {
    const std::string tag = next_tag();
    const std::string line = tag + " IDLE\r\n";
    connection.begin(watch_limits);
    auto sent = co_await connection.send(line);
    if (!sent) co_return std::move(sent).error();
    while (idle_tag.empty()) {
        auto received = co_await connection.receive();
        if (!received) co_return std::move(received).error();
        const auto response = take_apart(*received);
        if (!response) co_return response.error();
        if (response->kind == Response::Kind::continuation) {
            idle_tag = tag;
        } else if (is_answer_to(tag, *response)) {
            break;
        } else {
            auto handled = take_unasked(*response, *received, on_data);
            if (!handled) co_return std::move(handled).error();
        }
    }
    auto settled = co_await settle(on_data);
    if (!settled) co_return std::move(settled).error();
    co_return idle_tag.empty() ? Watch::asked : Watch::told;
}

asio::awaitable<Result<void>> Session::Impl::end_idle(DataHandler on_data) {
    connection.begin(watch_limits);
    done_is_out = true;
    auto sent = co_await connection.send("DONE\r\n");
    if (!sent) co_return sent;
    auto ended = co_await complete(std::exchange(idle_tag, {}), on_data);
    if (!ended) co_return std::move(ended).error();
    co_return Result<void>();
}

asio::awaitable<Result<Session::Watch>> Session::Impl::begin_watch(DataHandler on_data,
                                                                   std::function<void()> examined) {
    const std::string tag = next_tag();
    const std::string line = tag + " EXAMINE INBOX\r\n";
    connection.begin(watch_limits);
    auto sent = co_await connection.send(line);
    if (!sent) co_return std::move(sent).error();
    auto completion = co_await complete(tag, on_data);
    if (!completion) co_return std::move(completion).error();
    // RFC 3501 6.3.1: after a failed EXAMINE nothing is selected.
    const bool is_examined = completion->status == Status::ok;
    if (is_examined) examined();
    auto settled = co_await settle(on_data);
    if (!settled) co_return std::move(settled).error();
    if (!is_examined) co_return Watch::refused;
    if (!imap::has(*capabilities, "IDLE")) co_return Watch::asked;
    co_return co_await idle(on_data);
}

asio::awaitable<Result<Session::Watch>> Session::Impl::hear(DataHandler on_data) {
    const bool was_idling = !idle_tag.empty();
    connection.begin(watch_limits);
    for (;;) {
        const auto received = connection.receive_now();
        if (!received) co_return received.error();
        if (!*received) break;
        auto settled = co_await settle(on_data);
        if (!settled) co_return std::move(settled).error();
    }
    if (!idle_tag.empty()) co_return Watch::told;
    if (!was_idling) co_return Watch::asked;
    co_return co_await idle(on_data);
}

asio::awaitable<Result<Session::Watch>> Session::Impl::renew_watch(DataHandler on_data) {
    if (idle_tag.empty()) {
        auto done = co_await exchange("NOOP", watch_limits, on_data);
        if (!done) co_return std::move(done).error();
        if (done->status != Status::ok) co_return std::move(done->refusal);
        co_return Watch::asked;
    }
    auto ended = co_await end_idle(on_data);
    if (!ended) co_return std::move(ended).error();
    co_return co_await idle(on_data);
}

asio::awaitable<Result<void>> Session::Impl::end_watch(DataHandler on_data) {
    const bool was_idling = !idle_tag.empty();
    const std::string tag = next_tag();
    const std::string lines =
        std::string(was_idling ? "DONE\r\n" : "") + tag + " " + unselecting() + "\r\n";
    connection.begin(watch_limits);
    done_is_out = was_idling;
    auto sent = co_await connection.send(lines);
    if (!sent) co_return sent;
    if (was_idling) {
        auto ended = co_await complete(std::exchange(idle_tag, {}), on_data);
        if (!ended) co_return std::move(ended).error();
    }
    auto unselected = co_await complete(tag, on_data);
    if (!unselected) co_return std::move(unselected).error();
    if (!has_unselected(*unselected)) co_return std::move(unselected->refusal);
    co_return co_await settle(on_data);
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
    auto done = co_await impl_->run(impl_->unselecting(), command_limits, drop, deadline);
    if (!done) co_return std::move(done).error();
    if (!impl_->has_unselected(*done)) co_return std::move(done->refusal);
    co_return Result<void>();
}

asio::awaitable<Result<Session::Watch>> Session::begin_watch(News news,
                                                             std::function<void()> examined,
                                                             net::Deadline deadline) {
    auto operation = impl_->begin_watch(handing_on(std::move(news)), std::move(examined));
    co_return co_await impl_->by(deadline, std::move(operation));
}

asio::awaitable<Result<Session::Watch>> Session::hear(News news, net::Deadline deadline) {
    auto operation = impl_->hear(handing_on(std::move(news)));
    co_return co_await impl_->by(deadline, std::move(operation));
}

asio::awaitable<Result<Session::Watch>> Session::renew_watch(News news, net::Deadline deadline) {
    auto operation = impl_->renew_watch(handing_on(std::move(news)));
    co_return co_await impl_->by(deadline, std::move(operation));
}

asio::awaitable<Result<void>> Session::end_watch(News news, net::Deadline deadline) {
    auto operation = impl_->end_watch(handing_on(std::move(news)));
    co_return co_await impl_->by(deadline, std::move(operation));
}

asio::awaitable<void> Session::logout(net::Deadline deadline) {
    if (!impl_->idle_tag.empty()) {
        // A problem shows at the LOGOUT, too.
        auto ending = impl_->end_idle(drop);
        co_await impl_->by(deadline, std::move(ending));
    }
    // BYE comes first, and so this ends with a problem as a rule.
    co_await impl_->run("LOGOUT", command_limits, drop, deadline);
    impl_->connection.stream().close();
}

}  // namespace gatepost::imap
