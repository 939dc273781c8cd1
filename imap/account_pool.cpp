#include "imap/account_pool.h"

#include <sys/socket.h>

#include <utility>

#include "imap/lease_answer.h"

namespace gatepost::imap {
namespace {

constexpr std::chrono::seconds logout_patience{5};  // nobody waits for it

boost::asio::awaitable<void> log_out(std::unique_ptr<Session> session) {
    co_await session->logout(net::after(logout_patience));
}

PoolLimits limits_of(const ReactorOptions& options) {
    return {options.sessions_per_account, options.max_sessions_per_account, options.keepalive};
}

// A descriptor that is on its way to a lease, and does not get there: best effort, once.
void turn_away(const Lease& lease, const Problem& reason) {
    const std::string answer = turned_away_answer(lease.tag, reason);
    ::send(lease.client.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

AccountPool::AccountPool(ReactorServices& services, std::string account)
    : services_(services),
      account_(std::move(account)),
      pool_(limits_of(services.options), [&services] { return services.random(); }),
      timer_(services.executor) {}

void AccountPool::serve(Serve command, std::unique_ptr<Session> signed_in) {
    const bool is_news = command.version > pool_.version();
    if (is_news) {
        const bool is_same_mailbox = command.settings.host == settings_.host &&
                                     command.settings.username == settings_.username;
        settings_ = std::move(command.settings);
        if (watching_ && !is_same_mailbox) watching_->inbox = InboxWatch();
    }
    const SessionId adopted = pool_.serve(command.version, signed_in != nullptr, net::Clock::now());
    if (adopted != 0) {
        sessions_.emplace(adopted, Held{std::move(signed_in), false, nullptr});
        listen(adopted);
    } else if (signed_in) {
        services_.tasks.spawn(log_out(std::move(signed_in)));
    }
    act();
}

void AccountPool::withdraw(const Problem& reason, bool for_good) {
    pool_.withdraw(reason, for_good);
    act();
}

void AccountPool::lease(Lease command) {
    wait_for_session(std::move(command), false);
}

void AccountPool::check(const Check& command) {
    wait_for_session(command, true);
}

void AccountPool::list(const ListMailboxes& command) {
    wait_for_session(command, true);
}

void AccountPool::wait_for_session(Errand errand, bool insists) {
    const WaiterId waiter = pool_.wait(insists, net::Clock::now());
    waiting_.emplace(waiter, std::move(errand));
    act();
}

// Carrying out one action may tell the pool something, and so bring about others.
void AccountPool::act() {
    if (std::exchange(acting_, true)) return;
    for (auto actions = pool_.take_actions(); !actions.empty(); actions = pool_.take_actions()) {
        for (const Pool::Action& action : actions)
            std::visit([this](const auto& concrete) { perform(concrete); }, action);
    }
    acting_ = false;
    settle_timer();
    settle_meters();
}

void AccountPool::perform(const Pool::Open& open) {
    const auto lane = open.awaited ? SignInQueue::Lane::awaited : SignInQueue::Lane::background;
    queue_sign_in(open.session, lane);
}

// It has two places in the queue then, and the first one counts.
void AccountPool::perform(const Pool::Hurry& hurry) {
    if (openings_.contains(hurry.session)) return;
    queue_sign_in(hurry.session, SignInQueue::Lane::awaited);
}

void AccountPool::perform(const Pool::Abandon& abandon) {
    const auto found = openings_.find(abandon.session);
    if (found == openings_.end()) return;
    TaskGroup::cancel(found->second.task);
    openings_.erase(found);
}

void AccountPool::perform(const Pool::HearOut& hear_out) {
    const auto found = openings_.find(hear_out.session);
    if (found != openings_.end() && !found->second.wants_credential) return;
    if (found != openings_.end()) openings_.erase(found);
    pool_.discarded(hear_out.session, net::Clock::now());
}

void AccountPool::perform(const Pool::Close& close) {
    auto held = sessions_.extract(close.session);
    if (held.empty()) return;
    std::unique_ptr<Session> session = std::move(held.mapped().session);
    boost::system::error_code ignored;
    session->stream().socket().cancel(ignored);
    services_.tasks.spawn(log_out(std::move(session)));
}

void AccountPool::perform(const Pool::HandOut& hand_out) {
    auto errand = waiting_.extract(hand_out.waiter);
    take_up(hand_out.session);
    std::visit([&](auto& concrete) { begin_use(hand_out.session, std::move(concrete)); },
               errand.mapped());
}

void AccountPool::perform(const Pool::TurnAway& away) {
    const auto errand = waiting_.extract(away.waiter);
    if (const auto* lease = std::get_if<Lease>(&errand.mapped())) {
        turn_away(*lease, away.reason);
    } else if (const auto* check = std::get_if<Check>(&errand.mapped())) {
        services_.events(Checked{check->request, away.reason});
    } else if (const auto* list = std::get_if<ListMailboxes>(&errand.mapped())) {
        services_.events(Listed{list->request, away.reason});
    }
}

// Our own operations end by themselves soon.
void AccountPool::perform(const Pool::EndUse& end_use) {
    const auto found = sessions_.find(end_use.session);
    if (found == sessions_.end() || !found->second.relay) return;
    const std::shared_ptr<Relay> relay = found->second.relay;
    relay->end(end_use.reason.detail);
}

void AccountPool::perform(const Pool::Probe& probing) {
    take_up(probing.session);
    services_.tasks.spawn(probe(shared_from_this(), probing.session));
}

void AccountPool::perform(const Pool::BeginWatch& begin) {
    take_up(begin.session);
    services_.tasks.spawn(begin_watch(shared_from_this(), begin.session));
}

void AccountPool::perform(const Pool::RenewWatch& renew) {
    take_up(renew.session);
    services_.tasks.spawn(renew_watch(shared_from_this(), renew.session));
}

void AccountPool::perform(const Pool::Hear& hearing) {
    take_up(hearing.session);
    services_.tasks.spawn(hear(shared_from_this(), hearing.session));
}

void AccountPool::perform(const Pool::EndWatch& end) {
    take_up(end.session);
    services_.tasks.spawn(end_watch(shared_from_this(), end.session));
}

void AccountPool::take_up(SessionId id) {
    Held& held = sessions_.at(id);
    held.in_use = true;
    boost::system::error_code ignored;
    held.session->stream().socket().cancel(ignored);
}

void AccountPool::perform(const Pool::Announce& announce) {
    AccountState event;
    event.account = account_;
    event.version = announce.version;
    event.state = announce.state;
    event.problem = announce.problem;
    event.retry_in = announce.retry_in;
    if (announce.state == AccountState::State::live && !sessions_.empty()) {
        event.capabilities = sessions_.rbegin()->second.session->capabilities();
    }
    services_.events(std::move(event));
}

// One timer for all that the pool waits for. It may come early, which does no harm.
void AccountPool::settle_timer() {
    const Pool::Time wake = pool_.wake();
    if (wake >= timer_at_) {
        if (wake != Pool::Time::max()) return;
        timer_.cancel();
        timer_at_ = wake;
        return;
    }
    timer_at_ = wake;
    timer_.expires_at(wake);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->timer_at_ = Pool::Time::max();
        self->pool_.tick(net::Clock::now());
        self->act();
    });
}

void AccountPool::settle_meters() {
    const SessionCounts counts = pool_.counts();
    services_.meters.sessions_idle += counts.idle - std::uint64_t{metered_.idle};
    services_.meters.sessions_leased += counts.leased - std::uint64_t{metered_.leased};
    services_.meters.sessions_connecting += counts.connecting - std::uint64_t{metered_.connecting};
    metered_ = counts;
}

}  // namespace gatepost::imap
