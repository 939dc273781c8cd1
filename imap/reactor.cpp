#include "imap/reactor.h"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>
#include <thread>
#include <unordered_map>
#include <utility>

#include "imap/account_pool.h"
#include "imap/lease_answer.h"
#include "imap/parking.h"
#include "imap/reactor_services.h"

namespace gatepost::imap {
namespace {

namespace asio = boost::asio;

// How often the reactor looks how late it is, and what has been parked for too long.
constexpr std::chrono::milliseconds heartbeat{250};

constexpr std::chrono::seconds logout_patience{3};  // of a polite stop: the daemon has 5 s for it

// What is cancelled winds up at once; this is for what does not.
constexpr std::chrono::seconds unwinding_patience{2};

// For each account, when all of a reactor begin to watch: they examine their mailboxes for it,
// which must not come all at once.
constexpr std::chrono::milliseconds watch_spread{2};

Problem stopping() {
    return problem(ProblemKind::cancelled, "Gatepost is stopping.");
}

Problem not_served() {
    return problem(ProblemKind::account_paused, "The account is not served now.");
}

Problem waited_too_long() {
    return problem(ProblemKind::overloaded,
                   "Too many sign-ins wait for the mail server. Try again later.");
}

asio::awaitable<void> log_out(std::unique_ptr<Session> session) {
    co_await session->logout(net::after(logout_patience));
}

Random random_source() {
    std::random_device seed;
    return [engine = std::mt19937_64(seed()), uniform = std::uniform_real_distribution<double>(
                                                  0, 1)]() mutable { return uniform(engine); };
}

}  // namespace

// Everything but send() and stats() happens on the thread, once it runs.
class Reactor::Impl {
  public:
    Impl(ReactorOptions options, const net::EgressPolicy& egress, net::TlsContext& tls,
         std::function<void(Event)> events)
        : options_(std::move(options)),
          egress_(egress),
          tls_(tls),
          events_(std::move(events)),
          heartbeat_(context_) {}

    Result<void> start();
    void send(Command command);
    [[nodiscard]] ReactorStats stats() const;
    /// Ends the thread, and everything before it.
    void join();

  private:
    void carry_out(SignIn command);
    void carry_out(Serve command);
    void carry_out(Withdraw command);
    void carry_out(GiveCredential command);
    void carry_out(Lease command);
    void carry_out(Check command);
    void carry_out(ListMailboxes command);
    void carry_out(CountSessions command);
    void carry_out(Watch command);
    void carry_out(Stop command);

    void begin_sign_in(SignIn command, net::Deadline deadline, SignInQueue::Slot slot);
    asio::awaitable<void> sign_in(SignIn command, net::Deadline deadline, SignInQueue::Slot slot,
                                  Hosts::Attempt attempt);
    void end_sign_in(const SignIn& command, Result<std::unique_ptr<Session>> result);
    void log_out_of(std::unique_ptr<Session> session);
    AccountPool* find(const std::string& account);
    void withdraw_all();
    void end();
    void beat();

    // The order of destruction: all that has sockets and timers goes before the context.
    asio::io_context context_{1};
    ReactorOptions options_;
    const net::EgressPolicy& egress_;
    net::TlsContext& tls_;
    std::function<void(Event)> events_;
    asio::steady_timer heartbeat_;
    std::unique_ptr<net::CaresResolver> resolver_;
    std::optional<net::TcpDialer> dialer_;
    std::optional<ReactorServices> services_;
    Parking parking_;
    std::unordered_map<std::string, std::shared_ptr<AccountPool>> pools_;
    bool is_watching_ = false;
    bool is_stopping_ = false;
    net::Clock::time_point next_beat_;
    std::atomic<std::int64_t> longest_stall_ = 0;  ///< microseconds
    std::thread thread_;
};

Result<void> Reactor::Impl::start() {
    auto resolver = net::CaresResolver::make(context_.get_executor(), options_.dns);
    if (!resolver) return std::move(resolver).error();
    resolver_ = std::move(*resolver);
    dialer_.emplace(*resolver_, egress_);
    services_.emplace(context_.get_executor(), options_, *dialer_, tls_, random_source(), events_);
    next_beat_ = net::after(heartbeat);
    beat();
    thread_ = std::thread([this] { context_.run(); });
    return {};
}

void Reactor::Impl::send(Command command) {
    asio::post(context_, [this, command = std::move(command)]() mutable {
        std::visit([this](auto& concrete) { carry_out(std::move(concrete)); }, command);
    });
}

ReactorStats Reactor::Impl::stats() const {
    const ReactorMeters& meters = services_->meters;
    ReactorStats stats;
    stats.sign_ins_ok = meters.sign_ins_ok;
    stats.sign_ins_refused = meters.sign_ins_refused;
    stats.sign_ins_failed = meters.sign_ins_failed;
    stats.leases = meters.leases;
    stats.relayed_bytes_to_client = meters.relayed.to_client;
    stats.relayed_bytes_to_provider = meters.relayed.to_provider;
    stats.sessions_idle = meters.sessions_idle;
    stats.sessions_leased = meters.sessions_leased;
    stats.sessions_connecting = meters.sessions_connecting;
    stats.longest_stall = std::chrono::microseconds(longest_stall_);
    return stats;
}

// ---- Commands.

void Reactor::Impl::carry_out(SignIn command) {
    if (is_stopping_) return events_(SignedIn{command.request, stopping()});
    const net::Deadline deadline = net::after(sign_in_patience);
    // A std::function is copyable, and a credential is not.
    const auto shared = std::make_shared<SignIn>(std::move(command));
    services_->sign_ins.enter(SignInQueue::Lane::awaited, host_of(shared->settings),
                              [this, shared, deadline](SignInQueue::Slot slot) {
                                  begin_sign_in(std::move(*shared), deadline, std::move(slot));
                              });
}

void Reactor::Impl::begin_sign_in(SignIn command, net::Deadline deadline, SignInQueue::Slot slot) {
    const auto now = net::Clock::now();
    if (now >= deadline) return events_(SignedIn{command.request, waited_too_long()});
    auto begun = services_->hosts.begin(host_of(command.settings), true, now);
    services_->tasks.spawn(sign_in(std::move(command), deadline, std::move(slot),
                                   std::move(std::get<Hosts::Attempt>(begun))));
}

asio::awaitable<void> Reactor::Impl::sign_in(SignIn command, net::Deadline deadline,
                                             SignInQueue::Slot slot, Hosts::Attempt attempt) {
    auto operation =
        Session::connect(*dialer_, tls_, command.settings, std::move(command.credential), deadline);
    auto result = co_await std::move(operation);
    // A name of its own, so that the slot lasts up to here.
    const SignInQueue::Slot until_here = std::move(slot);
    report(std::move(attempt), result, services_->meters);
    end_sign_in(command, std::move(result));
}

void Reactor::Impl::end_sign_in(const SignIn& command, Result<std::unique_ptr<Session>> result) {
    if (!result) return events_(SignedIn{command.request, std::move(result).error()});
    SignedIn answer{command.request, (*result)->capabilities()};
    log_out_of(
        parking_.park(command.account, command.version, std::move(*result), net::Clock::now()));
    events_(std::move(answer));
}

void Reactor::Impl::carry_out(Serve command) {
    if (is_stopping_) return;
    auto signed_in = parking_.take(command.account, command.version);
    std::shared_ptr<AccountPool>& pool = pools_[command.account];
    if (!pool) {
        pool = std::make_shared<AccountPool>(*services_, command.account);
        pool->want_watch(is_watching_, {});
    }
    pool->serve(std::move(command), std::move(signed_in));
}

void Reactor::Impl::carry_out(Withdraw command) {
    log_out_of(parking_.take(command.account));
    const auto found = pools_.find(command.account);
    if (found == pools_.end()) return;
    const std::shared_ptr<AccountPool> pool = found->second;
    // A paused one stays: what is served when it is resumed waits for what is under way.
    if (command.for_good) pools_.erase(found);
    pool->withdraw(command.reason, command.for_good);
}

void Reactor::Impl::carry_out(GiveCredential command) {
    if (AccountPool* pool = find(command.account)) pool->give(std::move(command));
}

void Reactor::Impl::carry_out(Lease command) {
    if (AccountPool* pool = find(command.account)) return pool->lease(std::move(command));
    const Problem reason = is_stopping_ ? stopping() : not_served();
    const std::string answer = turned_away_answer(command.tag, reason);
    ::send(command.client.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Reactor::Impl::carry_out(Check command) {
    if (AccountPool* pool = find(command.account)) return pool->check(command);
    events_(Checked{command.request, is_stopping_ ? stopping() : not_served()});
}

void Reactor::Impl::carry_out(ListMailboxes command) {
    if (AccountPool* pool = find(command.account)) return pool->list(command);
    events_(Listed{command.request, is_stopping_ ? stopping() : not_served()});
}

void Reactor::Impl::carry_out(CountSessions command) {
    Counted counted{command.request, {}};
    counted.counts.reserve(command.accounts.size());
    for (const std::string& account : command.accounts) {
        const AccountPool* pool = find(account);
        counted.counts.push_back(pool == nullptr ? SessionCounts() : pool->counts());
    }
    events_(std::move(counted));
}

void Reactor::Impl::carry_out(Watch command) {
    is_watching_ = command.wanted;
    const auto spread = watch_spread * pools_.size();
    for (const auto& [account, pool] : pools_)
        pool->want_watch(command.wanted, spread);
}

void Reactor::Impl::carry_out(Stop /*command*/) {
    if (is_stopping_) return;
    withdraw_all();
    const auto alarm = std::make_shared<asio::steady_timer>(context_, logout_patience);
    alarm->async_wait([this](boost::system::error_code error) {
        if (!error) services_->tasks.cancel_all();
    });
    // Leases end by handlers that are queued already, and their sessions by tasks that these begin.
    asio::post(context_, [this, alarm] {
        services_->tasks.when_empty([this, alarm] {
            alarm->cancel();
            events_(Stopped{});
        });
    });
}

// ---- The rest.

void Reactor::Impl::log_out_of(std::unique_ptr<Session> session) {
    if (session) services_->tasks.spawn(log_out(std::move(session)));
}

AccountPool* Reactor::Impl::find(const std::string& account) {
    const auto found = pools_.find(account);
    return found == pools_.end() ? nullptr : found->second.get();
}

void Reactor::Impl::withdraw_all() {
    is_stopping_ = true;
    services_->sign_ins.clear();
    for (const auto& [account, pool] : std::exchange(pools_, {}))
        pool->withdraw(stopping(), true);
    for (auto& session : parking_.take_all())
        log_out_of(std::move(session));
}

void Reactor::Impl::beat() {
    heartbeat_.expires_at(next_beat_);
    heartbeat_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        const auto now = net::Clock::now();
        const auto late = std::chrono::duration_cast<std::chrono::microseconds>(now - next_beat_);
        longest_stall_ = std::max<std::int64_t>(longest_stall_, late.count());
        for (auto& session : parking_.take_expired(now))
            log_out_of(std::move(session));
        next_beat_ = now + heartbeat;
        beat();
    });
}

// Cancels what is left, and lets it wind up: its frames use what is destroyed after the thread.
void Reactor::Impl::end() {
    heartbeat_.cancel();
    withdraw_all();
    services_->tasks.cancel_all();
    const auto alarm = std::make_shared<asio::steady_timer>(context_, unwinding_patience);
    alarm->async_wait([this](boost::system::error_code error) {
        if (!error) context_.stop();
    });
    asio::post(context_, [this, alarm] {
        services_->tasks.cancel_all();
        services_->tasks.when_empty([this, alarm] {
            alarm->cancel();
            resolver_.reset();
            // Behind the handlers that were cancelled.
            asio::post(context_, [this] { context_.stop(); });
        });
    });
}

void Reactor::Impl::join() {
    if (!thread_.joinable()) return;
    asio::post(context_, [this] { end(); });
    thread_.join();
}

Reactor::Reactor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Reactor::~Reactor() {
    impl_->join();
}

Result<std::unique_ptr<Reactor>> Reactor::start(ReactorOptions options,
                                                const net::EgressPolicy& egress,
                                                net::TlsContext& tls,
                                                std::function<void(Event)> events) {
    auto impl = std::make_unique<Impl>(std::move(options), egress, tls, std::move(events));
    if (auto started = impl->start(); !started) return std::move(started).error();
    return std::unique_ptr<Reactor>(new Reactor(std::move(impl)));
}

void Reactor::send(Command command) {
    impl_->send(std::move(command));
}

ReactorStats Reactor::stats() const {
    return impl_->stats();
}

}  // namespace gatepost::imap
