#include "imap/relay.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "imap/lease_answer.h"

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::local::stream_protocol;

constexpr std::size_t client_buffer = 16 * 1024;    // commands are small, messages come in pieces
constexpr std::size_t provider_buffer = 64 * 1024;  // four TLS records: fewer system calls each
constexpr std::size_t tls_record = 16 * 1024;

// A big literal's bytes stay with the kernel until this many are there: to wake the client for each
// record costs more than to carry it. What OpenSSL has of a record that is not whole comes on top.
constexpr std::size_t gathered_bytes = 64 * 1024;
constexpr std::size_t least_literal_to_gather = gathered_bytes + 2 * tls_record;
// For a slow provider, whose bytes are passed on at least this often.
constexpr std::chrono::milliseconds gathering_patience{50};

// One lease must not keep the others of its reactor waiting: about half a millisecond's work.
constexpr int rounds_at_once = 4;

// A client that has ended has nothing to do but to take the answers to its last commands.
constexpr std::chrono::seconds drain_patience{10};

Problem provider_closed() {
    return problem(ProblemKind::cannot_connect, "The provider closed the session.")
        .with("reason", "closed");
}

}  // namespace

std::shared_ptr<Relay> Relay::start(net::Stream& provider, Lessee lessee, std::string capabilities,
                                    Patience patience, Meters& meters,
                                    std::function<void()> logging_out,
                                    std::function<void(Outcome)> done) {
    auto relay = std::make_shared<Relay>(provider, std::move(lessee), std::move(capabilities),
                                         patience, meters, std::move(logging_out), std::move(done));
    relay->pump();
    if (!relay->ended_) relay->watch_time();
    return relay;
}

Relay::Relay(net::Stream& provider, Lessee lessee, std::string capabilities, Patience patience,
             Meters& meters, std::function<void()> logging_out, std::function<void(Outcome)> done)
    : provider_(provider),
      client_(provider.executor()),
      scanner_(std::move(capabilities)),
      patience_(patience),
      meters_(meters),
      logging_out_(std::move(logging_out)),
      done_(std::move(done)),
      timer_(provider.executor()),
      gathering_timer_(provider.executor()),
      last_progress_(net::Clock::now()),
      from_client_(std::move(lessee.received)),
      from_provider_(std::make_unique_for_overwrite<char[]>(provider_buffer)),
      answer_(std::move(lessee.answer)) {
    boost::system::error_code error;
    client_.assign(stream_protocol(), lessee.client.get(), error);
    if (error) {
        client_ended_ = client_gone_ = true;
    } else {
        static_cast<void>(lessee.client.release());
    }
}

void Relay::end(std::string_view reason) {
    if (ended_) return;
    const bool can_tell = is_flushed() && scanner_.at_provider_line_start() && client_.is_open();
    if (can_tell) {
        const std::string bye = bye_line(reason);
        ::send(client_.native_handle(), bye.data(), bye.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    finish_by_client();
}

// Everything that can be done now; then waits for what is missing.
void Relay::pump() {
    for (int round = 0; !ended_; ++round) {
        const bool has_gone_down = carry_down();
        const bool has_gone_up = carry_up();
        if (!has_gone_up && !has_gone_down) break;
        last_progress_ = net::Clock::now();
        if (round + 1 < rounds_at_once) continue;
        asio::post(client_.get_executor(), [self = shared_from_this()] {
            if (!self->ended_) self->pump();
        });
        return;
    }
    if (!ended_) look_for_the_end();
    if (!ended_) await_readiness();
}

// ---- Client to provider. Each step answers whether it got anything done.

bool Relay::carry_up() {
    if (!to_provider_.empty()) return send_to_provider();
    if (from_client_taken_ < from_client_.size()) {
        const std::size_t taken = scanner_.from_client(
            std::string_view(from_client_).substr(from_client_taken_), to_provider_);
        from_client_taken_ += taken;
        if (!to_provider_.empty()) send_to_provider();
        return taken > 0;
    }
    return receive_from_client();
}

bool Relay::receive_from_client() {
    if (!client_read_.is_ready || client_ended_) return false;
    std::array<char, client_buffer> buffer;  // NOLINT(*-member-init): recv fills it
    const ssize_t received =
        ::recv(client_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received > 0) {
        from_client_.assign(buffer.data(), static_cast<std::size_t>(received));
        from_client_taken_ = 0;
        // A short read took all there was.
        client_read_.is_ready = from_client_.size() == buffer.size();
        return true;
    }
    client_read_.is_ready = false;
    const bool is_open = received < 0 && (errno == EAGAIN || errno == EINTR);
    if (is_open) return false;
    client_ended_ = true;
    timer_.cancel();
    watch_time();
    return true;
}

bool Relay::send_to_provider() {
    if (provider_ended_ || !provider_write_.is_ready) return false;
    const auto progress =
        provider_.write_now(std::string_view(to_provider_).substr(to_provider_sent_));
    if (!progress || progress->closed) {
        provider_ended_ = true;
        provider_problem_ = progress ? provider_closed() : progress.error();
        return false;
    }
    meters_.to_provider += progress->bytes;
    to_provider_sent_ += progress->bytes;
    if (progress->bytes == 0) provider_write_.is_ready = false;
    if (to_provider_sent_ == to_provider_.size()) {
        to_provider_.clear();
        to_provider_sent_ = 0;
    }
    return progress->bytes > 0;
}

// ---- Provider to client.

bool Relay::carry_down() {
    if (down_sent_ < down_passed_) {
        return send_to_client({from_provider_.get() + down_sent_, down_passed_ - down_sent_},
                              down_sent_);
    }
    if (answer_sent_ < answer_.size()) {
        return send_to_client(std::string_view(answer_).substr(answer_sent_), answer_sent_);
    }
    if (scan_down()) return true;
    return down_passed_ == down_size_ && receive_from_provider();
}

// What of the received may go out, and our own answer behind it.
bool Relay::scan_down() {
    const std::size_t passed =
        scanner_.from_provider({from_provider_.get() + down_passed_, down_size_ - down_passed_});
    down_passed_ += passed;
    answer_ = scanner_.take_answer();
    answer_sent_ = 0;
    const bool logs_out = scanner_.end() == RelayScanner::End::logged_out;
    if (logs_out && !answer_.empty()) logging_out_();
    return passed > 0 || !answer_.empty();
}

bool Relay::receive_from_provider() {
    if (!provider_read_.is_ready || provider_ended_ || scanner_.end() != RelayScanner::End::none) {
        return false;
    }
    down_sent_ = down_passed_ = down_size_ = 0;
    while (provider_buffer - down_size_ >= tls_record) {
        const auto progress =
            provider_.read_now({from_provider_.get() + down_size_, provider_buffer - down_size_});
        if (!progress || progress->closed) {
            provider_ended_ = true;
            provider_problem_ = progress ? provider_closed() : progress.error();
            break;
        }
        if (progress->bytes == 0) {
            provider_read_.is_ready = false;
            break;
        }
        down_size_ += progress->bytes;
    }
    return down_size_ > 0;
}

bool Relay::send_to_client(std::string_view bytes, std::size_t& sent) {
    if (client_gone_ || !client_write_.is_ready) return false;
    const ssize_t written =
        ::send(client_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written > 0) {
        sent += static_cast<std::size_t>(written);
        meters_.to_client += static_cast<std::uint64_t>(written);
        return true;
    }
    if (errno == EAGAIN || errno == EINTR) {
        client_write_.is_ready = false;
    } else {
        client_gone_ = true;
    }
    return false;
}

// ---- The end.

// The client has got all that it is to get.
bool Relay::is_flushed() const {
    return down_sent_ == down_passed_ && answer_sent_ == answer_.size();
}

// Neither in the scanner's eyes nor in the buffers is anything open.
bool Relay::is_clean() const {
    return scanner_.is_returnable() && to_provider_.empty() && down_passed_ == down_size_;
}

void Relay::finish_by_client() {
    finish(is_clean() ? Outcome::Kind::returnable : Outcome::Kind::unusable);
}

void Relay::look_for_the_end() {
    using End = RelayScanner::End;
    if (scanner_.end() == End::provider_broke) {
        return finish(Outcome::Kind::lost,
                      problem(ProblemKind::protocol_violation,
                              "The provider answered a command that was not given."));
    }
    if (provider_ended_ && (down_sent_ == down_passed_ || client_gone_)) {
        return finish(Outcome::Kind::lost, provider_problem_);
    }
    if (client_gone_ || (scanner_.end() != End::none && is_flushed())) return finish_by_client();
    if (!client_ended_ || from_client_taken_ < from_client_.size() || !is_flushed()) return;
    if (!drains_) {
        drains_ = scanner_.client_ended(to_provider_);
        if (!drains_) return finish(Outcome::Kind::unusable);
        if (!to_provider_.empty()) send_to_provider();
    }
    if (is_clean()) finish(Outcome::Kind::returnable);
}

void Relay::finish(Outcome::Kind kind, Problem problem) {
    ended_ = true;
    boost::system::error_code ignored;
    // The waits end here and now; their handlers come later, and find the lease over.
    client_.close(ignored);
    if (gathers_) set_gathering(false);
    if (provider_.is_open()) provider_.socket().cancel(ignored);
    timer_.cancel();
    asio::post(timer_.get_executor(),
               [self = shared_from_this(), outcome = Outcome{kind, scanner_.may_have_selected(),
                                                             std::move(problem)}]() mutable {
                   self->logging_out_ = nullptr;
                   std::exchange(self->done_, nullptr)(std::move(outcome));
               });
}

// ---- Waiting.

void Relay::await_readiness() {
    const bool wants_client = from_client_taken_ == from_client_.size() && !client_ended_;
    const bool has_for_client = down_sent_ < down_passed_ || answer_sent_ < answer_.size();
    if (wants_client) await(client_, stream_protocol::socket::wait_read, &Relay::client_read_);
    if (has_for_client) await(client_, stream_protocol::socket::wait_write, &Relay::client_write_);
    if (provider_ended_) return;
    if (!to_provider_.empty()) {
        await(provider_.socket(), tcp::socket::wait_write, &Relay::provider_write_);
    }
    if (down_passed_ == down_size_ && !has_for_client) {
        gather();
        await(provider_.socket(), tcp::socket::wait_read, &Relay::provider_read_);
    }
}

template <class Socket>
void Relay::await(Socket& socket, typename Socket::wait_type what, Readiness Relay::*which) {
    Readiness& readiness = this->*which;
    if (readiness.is_ready || readiness.is_awaited) return;
    readiness.is_awaited = true;
    socket.async_wait(what, [self = shared_from_this(), which](boost::system::error_code) {
        Readiness& awaited = (*self).*which;
        awaited.is_awaited = false;
        if (self->ended_) return;
        awaited.is_ready = true;
        self->pump();
    });
}

void Relay::gather() {
    const bool gathers = scanner_.provider_literal_left() >= least_literal_to_gather;
    if (gathers == gathers_) return;
    set_gathering(gathers);
    if (gathers) watch_gathering();
}

void Relay::set_gathering(bool gathers) {
    gathers_ = gathers;
    gathering_timer_.cancel();
    boost::system::error_code ignored;  // a closed socket has nothing to gather
    provider_.socket().set_option(
        asio::socket_base::receive_low_watermark(gathers ? gathered_bytes : 1), ignored);
}

void Relay::watch_gathering() {
    gathering_timer_.expires_after(gathering_patience);
    gathering_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (error || self->ended_) return;
        self->watch_gathering();
        if (net::Clock::now() < self->last_progress_ + gathering_patience) return;
        self->provider_read_.is_ready = true;
        self->pump();
    });
}

net::Deadline Relay::idle_deadline() const {
    net::Clock::duration patience = patience_.idle;
    if (!is_flushed()) patience = std::min(patience, patience_.stalled);
    if (client_ended_) patience = std::min<net::Clock::duration>(patience, drain_patience);
    return last_progress_ + patience;
}

void Relay::watch_time() {
    // Looks in between, since a client may stop to take what it gets at any time.
    timer_.expires_at(std::min(idle_deadline(), net::Clock::now() + patience_.stalled));
    timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (error || self->ended_) return;
        if (net::Clock::now() < self->idle_deadline()) return self->watch_time();
        self->end("The session was idle for too long.");
    });
}

}  // namespace gatepost::imap
