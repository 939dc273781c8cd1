// Many pools, the hosts and the queue that they share, and providers that only pretend: everything
// but the network, in virtual time. Takes the place of AccountPool and Reactor.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "imap/hosts.h"
#include "imap/pool.h"
#include "imap/sign_in_queue.h"

namespace gatepost::imap {

/// What a provider does with those who come.
struct PretendProvider {
    enum class Mood {
        kind,
        away,    ///< refuses connections
        silent,  ///< accepts, and says nothing
        fickle,  ///< lets everybody in, and ends the session at once
    };
    Mood mood = Mood::kind;
    std::size_t sign_ins_a_second = SIZE_MAX;  ///< beyond it: [UNAVAILABLE]
    std::size_t sessions_of_an_account = SIZE_MAX;
    std::set<std::size_t> wrong_passwords;  ///< accounts

    /// By whole second since the start.
    std::map<std::int64_t, std::size_t> seen;
    std::map<std::size_t, std::size_t> seen_of;  ///< by account, with those that were not let in
};

class Simulation {
  public:
    using Time = Pool::Time;

    Simulation();

    PretendProvider& provider(const std::string& host) { return providers_[host]; }
    /// Accounts of the host that are served from now on; answers the first one's number.
    std::size_t serve(const std::string& host, std::size_t count);
    /// The host ends all its sessions.
    void end_sessions(const std::string& host);
    /// Clients who want a session for a second each, of accounts at random, evenly over the time.
    void lease(std::size_t count, std::chrono::milliseconds over);
    void run(std::chrono::milliseconds duration);
    /// Answers how long it took; at most `bound`.
    std::chrono::milliseconds run_until_live(const std::string& host, std::size_t count,
                                             std::chrono::milliseconds bound);

    [[nodiscard]] std::size_t live(const std::string& host) const;
    [[nodiscard]] std::int64_t second() const;
    /// The most sign-ins that the host saw in one second since that second.
    std::size_t most_a_second(const std::string& host, std::int64_t since = 0);
    std::size_t sign_ins(const std::string& host, std::int64_t since = 0);

    [[nodiscard]] std::size_t handed_out() const { return handed_out_; }
    [[nodiscard]] std::size_t turned_away() const { return turned_away_; }
    [[nodiscard]] std::size_t unanswered() const { return waiting_; }
    [[nodiscard]] std::chrono::milliseconds longest_wait() const { return longest_wait_; }

  private:
    struct Account {
        std::size_t number;
        std::string host;
        std::unique_ptr<Pool> pool;
        std::map<Pool::SessionId, bool> sessions;  ///< at the provider
        std::map<Pool::SessionId, std::unique_ptr<SignInQueue::Slot>> slots;
        std::map<Pool::WaiterId, Time> waiters;
        Time tick_at = Time::max();
        bool acting = false;
    };
    struct Event {
        Time at;
        std::uint64_t order;
        std::function<void()> happen;
        bool operator<(const Event& other) const {
            return std::tie(at, order) > std::tie(other.at, other.order);
        }
    };

    void later(std::chrono::milliseconds delay, std::function<void()> happen);
    void at(Time time, std::function<void()> happen);
    void act(Account& account);
    void begin_sign_in(Account& account, Pool::SessionId id, SignInQueue::Slot slot);
    void end_sign_in(Account& account, Pool::SessionId id, Hosts::Attempt attempt);
    void answered(Account& account, Pool::WaiterId waiter);
    void lose(Account& account, Pool::SessionId id);
    bool may_go(const std::string& host);

    struct Carry;

    std::mt19937 engine_{20261125};
    std::uniform_real_distribution<double> uniform_{0, 1};
    Time start_ = Time() + std::chrono::hours(24);
    Time now_ = start_;
    std::uint64_t order_ = 0;
    std::priority_queue<Event> events_;
    std::unordered_map<std::string, PretendProvider> providers_;
    Hosts hosts_;
    SignInQueue queue_;
    std::vector<std::unique_ptr<Account>> accounts_;
    std::set<std::string> resuming_;
    std::size_t handed_out_ = 0;
    std::size_t turned_away_ = 0;
    std::size_t waiting_ = 0;
    std::chrono::milliseconds longest_wait_{0};
};

}  // namespace gatepost::imap
