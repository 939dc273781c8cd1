#include "simulation.h"

#include <utility>

#include "imap/reactor_services.h"

namespace gatepost::imap {
namespace {

using std::chrono::milliseconds;
using Mood = PretendProvider::Mood;

constexpr std::size_t slots = 64;                  // connects_in_flight
constexpr milliseconds round_trip{50};             // to the provider
constexpr milliseconds sign_in_time{200};          // four of them
constexpr milliseconds use_time{1000};             // of a client
constexpr milliseconds silence{sign_in_patience};  // after which a sign-in is given up

}  // namespace

Simulation::Simulation()
    : hosts_(sign_in_pace, [this] { return uniform_(engine_); }),
      queue_(slots, [this](const std::string& host) { return may_go(host); }) {}

std::size_t Simulation::serve(const std::string& host, std::size_t count) {
    const std::size_t first = accounts_.size();
    for (std::size_t i = 0; i < count; ++i) {
        auto account = std::make_unique<Account>();
        account->number = accounts_.size();
        account->host = host;
        account->pool = std::make_unique<Pool>(PoolLimits{}, [this] { return uniform_(engine_); });
        accounts_.push_back(std::move(account));
        accounts_.back()->pool->serve(1, false, now_);
        act(*accounts_.back());
    }
    return first;
}

void Simulation::end_sessions(const std::string& host) {
    for (const auto& account : accounts_) {
        if (account->host != host) continue;
        const auto sessions = account->sessions;
        for (const auto& [id, in_use] : sessions)
            lose(*account, id);
    }
}

void Simulation::lease(std::size_t count, milliseconds over) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto delay = milliseconds(over.count() * static_cast<milliseconds::rep>(i) /
                                        static_cast<milliseconds::rep>(count));
        later(delay, [this] {
            Account& account = *accounts_[engine_() % accounts_.size()];
            ++waiting_;
            const bool insists = engine_() % 16 == 0;
            account.waiters.emplace(account.pool->wait(insists, now_), now_);
            act(account);
        });
    }
}

void Simulation::run(milliseconds duration) {
    const Time end = now_ + duration;
    while (!events_.empty() && events_.top().at <= end) {
        const Event event = events_.top();
        events_.pop();
        now_ = event.at;
        event.happen();
    }
    now_ = end;
}

milliseconds Simulation::run_until_live(const std::string& host, std::size_t count,
                                        milliseconds bound) {
    const Time begin = now_;
    while (live(host) < count && now_ - begin < bound)
        run(milliseconds(100));
    return std::chrono::duration_cast<milliseconds>(now_ - begin);
}

std::size_t Simulation::live(const std::string& host) const {
    std::size_t count = 0;
    for (const auto& account : accounts_)
        count += account->host == host && !account->sessions.empty() ? 1 : 0;
    return count;
}

std::int64_t Simulation::second() const {
    return std::chrono::duration_cast<std::chrono::seconds>(now_ - start_).count();
}

std::size_t Simulation::most_a_second(const std::string& host, std::int64_t since) {
    std::size_t most = 0;
    for (const auto& [second, seen] : provider(host).seen)
        most = second >= since ? std::max(most, seen) : most;
    return most;
}

std::size_t Simulation::sign_ins(const std::string& host, std::int64_t since) {
    std::size_t sum = 0;
    for (const auto& [second, seen] : provider(host).seen)
        sum += second >= since ? seen : 0;
    return sum;
}

// ---- Time.

void Simulation::at(Time time, std::function<void()> happen) {
    events_.push({time, ++order_, std::move(happen)});
}

void Simulation::later(milliseconds delay, std::function<void()> happen) {
    at(now_ + delay, std::move(happen));
}

bool Simulation::may_go(const std::string& host) {
    const Time next = hosts_.next_sign_in(host);
    if (next <= now_) return true;
    if (resuming_.insert(host).second) {
        at(next, [this, host] {
            resuming_.erase(host);
            queue_.resume();
        });
    }
    return false;
}

// ---- What pools want.

struct Simulation::Carry {
    Simulation& all;
    Account& account;

    void enter(SignInQueue::Lane lane, Pool::SessionId id) const {
        all.queue_.enter(lane, account.host,
                         [&all = all, &account = account, id](SignInQueue::Slot slot) {
                             all.begin_sign_in(account, id, std::move(slot));
                         });
    }
    void operator()(const Pool::Open& open) const {
        enter(open.awaited ? SignInQueue::Lane::awaited : SignInQueue::Lane::background,
              open.session);
    }
    void operator()(const Pool::Hurry& hurry) const {
        enter(SignInQueue::Lane::awaited, hurry.session);
    }
    void operator()(const Pool::Abandon& abandon) const { account.slots.erase(abandon.session); }
    void operator()(const Pool::HearOut& /*hear_out*/) const {}
    void operator()(const Pool::Close& close) const { account.sessions.erase(close.session); }
    void operator()(const Pool::HandOut& hand_out) const {
        ++all.handed_out_;
        all.answered(account, hand_out.waiter);
        all.later(use_time, [&all = all, &account = account, id = hand_out.session] {
            if (!account.sessions.contains(id)) return;
            account.pool->ended(id);
            all.act(account);
            rest(all, account, id);
        });
    }
    void operator()(const Pool::TurnAway& away) const {
        ++all.turned_away_;
        all.answered(account, away.waiter);
    }
    void operator()(const Pool::Probe& probe) const { rest(all, account, probe.session); }
    void operator()(const Pool::EndUse& /*end_use*/) const {}
    void operator()(const Pool::BeginWatch& /*begin*/) const {}
    void operator()(const Pool::RenewWatch& /*renew*/) const {}
    void operator()(const Pool::Hear& /*hear*/) const {}
    void operator()(const Pool::EndWatch& /*end*/) const {}
    void operator()(const Pool::Announce& /*announce*/) const {}

    static void rest(Simulation& all, Account& account, Pool::SessionId id) {
        all.later(round_trip, [&all, &account, id] {
            if (!account.sessions.contains(id)) return;
            account.pool->returned(id, all.now_);
            all.act(account);
        });
    }
};

void Simulation::act(Account& account) {
    if (std::exchange(account.acting, true)) return;
    Pool& pool = *account.pool;
    for (auto actions = pool.take_actions(); !actions.empty(); actions = pool.take_actions()) {
        for (const Pool::Action& action : actions)
            std::visit(Carry{*this, account}, action);
    }
    account.acting = false;
    if (pool.wake() >= account.tick_at) return;
    account.tick_at = pool.wake();
    at(account.tick_at, [this, &account, planned = account.tick_at] {
        if (account.tick_at != planned) return;
        account.tick_at = Time::max();
        account.pool->tick(now_);
        act(account);
    });
}

void Simulation::answered(Account& account, Pool::WaiterId waiter) {
    // A waiter may be answered before wait() has told who it is: then it did not wait.
    --waiting_;
    const auto found = account.waiters.find(waiter);
    if (found == account.waiters.end()) return;
    longest_wait_ =
        std::max(longest_wait_, std::chrono::duration_cast<milliseconds>(now_ - found->second));
    account.waiters.erase(found);
}

// ---- Signing in.

void Simulation::begin_sign_in(Account& account, Pool::SessionId id, SignInQueue::Slot slot) {
    if (!account.pool->is_opening(id) || account.slots.contains(id)) return;
    auto begun = hosts_.begin(account.host, account.pool->is_insisted(), now_);
    if (const auto* blocked = std::get_if<Breaker::Blocked>(&begun)) {
        account.pool->deferred(id, blocked->problem, blocked->until, now_);
        return act(account);
    }
    account.slots.emplace(id, std::make_unique<SignInQueue::Slot>(std::move(slot)));
    PretendProvider& there = provider(account.host);
    ++there.seen[second()];
    ++there.seen_of[account.number];
    const auto attempt =
        std::make_shared<Hosts::Attempt>(std::move(std::get<Hosts::Attempt>(begun)));
    const milliseconds time = there.mood == Mood::silent ? silence
                              : there.mood == Mood::away ? round_trip
                                                         : sign_in_time;
    later(time, [this, &account, id, attempt] { end_sign_in(account, id, std::move(*attempt)); });
}

void Simulation::end_sign_in(Account& account, Pool::SessionId id, Hosts::Attempt attempt) {
    const auto slot = account.slots.extract(id);
    if (slot.empty()) return;  // abandoned
    PretendProvider& there = provider(account.host);
    std::optional<Problem> failed;
    if (there.mood == Mood::away) {
        failed = problem(ProblemKind::cannot_connect, "refused");
    } else if (there.mood == Mood::silent) {
        failed = problem(ProblemKind::timed_out, "silent");
    } else if (there.wrong_passwords.contains(account.number)) {
        failed = problem(ProblemKind::sign_in_refused, "wrong");
    } else if (there.seen[second()] > there.sign_ins_a_second ||
               account.sessions.size() >= there.sessions_of_an_account) {
        failed = problem(ProblemKind::provider_unavailable, "too many");
    }
    if (failed) {
        attempt.failed(*failed, now_);
        account.pool->open_failed(id, *failed, now_);
        return act(account);
    }
    attempt.succeeded();
    account.sessions.emplace(id, false);
    account.pool->opened(id, now_);
    act(account);
    if (there.mood == Mood::fickle) {
        later(round_trip, [this, &account, id] {
            if (account.sessions.contains(id)) lose(account, id);
        });
    }
}

void Simulation::lose(Account& account, Pool::SessionId id) {
    account.sessions.erase(id);
    const auto spread = hosts_.lost_session(account.host, now_);
    account.pool->lost(id, problem(ProblemKind::cannot_connect, "closed"), now_, spread);
    act(account);
}

}  // namespace gatepost::imap
