#include "net/dialer.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <optional>
#include <utility>
#include <vector>

#include "core/settings.h"
#include "net/connection_race.h"

namespace gatepost::net {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::tcp;
using boost::system::error_code;
using Event = ConnectionRace::Event;

// In seconds: how long a connection is silent before the peer's system is asked, which also keeps
// the entries of NATs, for five minutes and more as a rule; and between two such questions.
constexpr int silent_s = 240;
constexpr int asked_again_s = 20;
constexpr int questions = 5;  // packets get lost
// In milliseconds: how long sent bytes may stay without an acknowledgement, or without room for
// them; the kernel would go on for 15 minutes. Linux measures it from the last sign of life at
// questions, too, and so it holds all of them: with less the first one that is lost would be the
// end.
constexpr int unacknowledged_ms = (silent_s + questions * asked_again_s) * 1000;

// A peer whose machine or network is gone without a word is noticed, though nothing is sent for
// long.
void notice_silence(tcp::socket& socket) {
    const int fd = socket.native_handle();
    const auto set = [fd](int level, int option, int value) {
        ::setsockopt(fd, level, option, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, silent_s);
    set(IPPROTO_TCP, TCP_KEEPINTVL, asked_again_s);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, unacknowledged_ms);
}

struct Target {
    std::string host;
    std::uint16_t port;

    Problem problem(ProblemKind kind, std::string detail) const {
        return Problem{kind, std::move(detail)}
            .with("host", host)
            .with("port", std::to_string(port));
    }
    Problem cannot_connect(std::string reason, std::string detail) const {
        return problem(ProblemKind::cannot_connect, std::move(detail))
            .with("reason", std::move(reason));
    }
    Problem timeout() const {
        return cannot_connect("timeout", host + " does not answer on port " + std::to_string(port) +
                                             ". Check the name and the port, or try again later.");
    }
};

// The attempts that go on at the same time. Their handlers share it, so that it stays until the
// last socket is closed.
class Attempts : public std::enable_shared_from_this<Attempts> {
  public:
    explicit Attempts(const boost::asio::any_io_executor& executor) : wake_(executor) {}

    void begin(const tcp::endpoint& endpoint) {
        const auto attempt = attempts_.insert(attempts_.end(), tcp::socket(wake_.get_executor()));
        attempt->async_connect(endpoint,
                               [self = shared_from_this(), attempt](const error_code& error) {
                                   self->end(attempt, error);
                               });
    }

    enum class News { connected, failed, time_passed, cancelled };

    /// Waits for news of one attempt until then.
    boost::asio::awaitable<News> next(Deadline until) {
        error_code interrupted;
        if (!winner_ && failures_.empty()) {
            wake_.expires_at(until);
            const auto waited =
                co_await wake_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
            interrupted = std::get<0>(waited);
        }
        if (winner_) co_return News::connected;
        if (!failures_.empty()) co_return News::failed;
        co_return interrupted ? News::cancelled : News::time_passed;
    }

    /// After News::connected.
    tcp::socket take_winner() { return std::move(*winner_); }
    /// After News::failed.
    error_code take_failure() {
        const error_code failure = failures_.back();
        failures_.pop_back();
        return failure;
    }

    void close() {
        closed_ = true;
        for (tcp::socket& socket : attempts_) {
            error_code ignored;
            socket.close(ignored);
        }
    }

  private:
    using Attempt = std::list<tcp::socket>::iterator;

    void end(Attempt attempt, const error_code& error) {
        if (closed_) return;
        if (error) {
            failures_.push_back(error);
        } else if (!winner_) {
            winner_ = std::move(*attempt);
        }
        attempts_.erase(attempt);
        wake_.cancel();
    }

    boost::asio::steady_timer wake_;
    std::list<tcp::socket> attempts_;
    std::vector<error_code> failures_;
    std::optional<tcp::socket> winner_;
    bool closed_ = false;
};

// Whatever way the dialling ends, the attempts end with it.
class OwnedAttempts {
  public:
    explicit OwnedAttempts(const boost::asio::any_io_executor& executor)
        : attempts_(std::make_shared<Attempts>(executor)) {}
    OwnedAttempts(const OwnedAttempts&) = delete;
    OwnedAttempts& operator=(const OwnedAttempts&) = delete;
    ~OwnedAttempts() { attempts_->close(); }

    Attempts* operator->() const { return attempts_.get(); }

  private:
    std::shared_ptr<Attempts> attempts_;
};

// The error that says most: that somebody refused is more than that nobody was there.
error_code more_telling(const error_code& one, const error_code& other) {
    const auto rank = [](const error_code& error) {
        if (error == boost::asio::error::connection_refused) return 3;
        if (error == boost::asio::error::timed_out) return 2;
        return error ? 1 : 0;
    };
    return rank(other) > rank(one) ? other : one;
}

Problem failure(const Target& target, const error_code& error) {
    if (error == boost::asio::error::connection_refused) {
        return target.cannot_connect("refused", target.host + " refuses connections on port " +
                                                    std::to_string(target.port) +
                                                    ". Check the name and the port.");
    }
    if (error == boost::asio::error::timed_out) return target.timeout();
    return target.cannot_connect("unreachable", target.host + " cannot be reached on port " +
                                                    std::to_string(target.port) + " (" +
                                                    error.message() + ").");
}

boost::asio::awaitable<Result<tcp::socket>> connect(Target target, std::vector<address> addresses,
                                                    Deadline deadline) {
    const OwnedAttempts attempts(co_await boost::asio::this_coro::executor);
    ConnectionRace race(addresses);
    error_code most_telling;
    Deadline delay_ends = deadline;
    std::optional<address> next = race.resume(Event::start);
    for (;;) {
        if (next) {
            attempts->begin({*next, target.port});
            delay_ends = after(attempt_delay);
        }
        if (race.is_lost()) co_return failure(target, most_telling);
        const bool delay_matters = race.has_more() && delay_ends < deadline;
        switch (co_await attempts->next(delay_matters ? delay_ends : deadline)) {
            case Attempts::News::connected:
                co_return attempts->take_winner();
            case Attempts::News::failed:
                most_telling = more_telling(most_telling, attempts->take_failure());
                next = race.resume(Event::attempt_failed);
                break;
            case Attempts::News::time_passed:
                if (!delay_matters) co_return target.timeout();
                next = race.resume(Event::delay_passed);
                break;
            case Attempts::News::cancelled:
                co_return target.problem(ProblemKind::cancelled,
                                         "Connecting to " + target.host + " was cancelled.");
        }
    }
}

// What went wrong with the name, as a problem of dialling.
Problem lookup_problem(const Target& target, const Problem& problem) {
    switch (problem.kind) {
        case ProblemKind::cannot_connect:
            return target.cannot_connect("dns", problem.detail);
        case ProblemKind::timed_out:
            return target.cannot_connect("dns", problem.detail +
                                                    " The DNS servers of its domain, or those "
                                                    "asked here, do not answer.");
        default:
            return target.problem(problem.kind, problem.detail);
    }
}

}  // namespace

boost::asio::awaitable<Result<tcp::socket>> TcpDialer::dial(std::string host, std::uint16_t port,
                                                            Deadline deadline) {
    const Target target{std::move(host), port};
    if (!is_host_name(target.host)) {
        co_return target.problem(ProblemKind::host_not_allowed,
                                 "\"" + target.host +
                                     "\" is no host name. Use the server's name "
                                     "in the DNS, not an address.");
    }
    auto found = co_await resolver_.addresses(target.host, deadline);
    if (!found) co_return lookup_problem(target, found.error());
    if (found->records.empty()) {
        co_return target.cannot_connect(
            "dns", "The name " + target.host + " does not exist, or has no address.");
    }
    std::erase_if(found->records,
                  [this](const address& candidate) { return !egress_.allows(candidate); });
    if (found->records.empty()) {
        co_return target.problem(ProblemKind::host_not_allowed,
                                 target.host +
                                     " is not on the public Internet, and its network "
                                     "is not in egress.allow of the configuration.");
    }
    auto socket = co_await connect(target, std::move(found->records), deadline);
    if (socket) notice_silence(*socket);
    co_return socket;
}

}  // namespace gatepost::net
