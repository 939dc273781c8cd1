// Pool: what one account's sessions are to do: how many there are, who gets which, when they are
// probed, closed and opened again, and how the account fares by that. Pure: told of everything that
// happens together with the time, it answers with actions; AccountPool (imap/account_pool.h)
// carries them out. One reactor's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "imap/backoff.h"
#include "imap/messages.h"
#include "imap/token_bucket.h"
#include "net/deadline.h"

namespace gatepost::imap {

struct PoolLimits {
    std::size_t kept = 1;  ///< sessions that are there without anybody waiting
    std::size_t most = 5;
    std::chrono::milliseconds keepalive{std::chrono::minutes(9)};
};

/// Sessions by what they are in, and who waits for one.
struct Demand {
    std::size_t coming = 0;  ///< being opened, cleaned or probed: about to be idle
    std::size_t idle = 0;
    std::size_t used = 0;
    std::size_t outdated = 0;  ///< in use with an earlier version: nobody's afterwards
    std::size_t waiters = 0;
    bool unwatched = false;  ///< INBOX should be watched, and was not for a while
};

/// How many sessions to open: up to those that are kept, one for each waiter, one to watch INBOX
/// where all are in use; never more than most.
std::size_t sessions_to_open(const Demand& demand, const PoolLimits& limits);

class Pool {
  public:
    using Time = net::Clock::time_point;
    using SessionId = std::uint32_t;
    using WaiterId = std::uint32_t;

    // ---- Actions.

    /// Sign in with the account's current version. Answer: opened(), open_failed() or deferred().
    struct Open {
        SessionId session;
        bool awaited;  ///< somebody waits for it: before those that keep accounts connected
    };
    /// Somebody waits by now for the session of an Open that was not awaited. No answer.
    struct Hurry {
        SessionId session;
    };
    /// Forget a sign-in that is under way. No answer.
    struct Abandon {
        SessionId session;
    };
    /// Nobody wants the session of a sign-in any more, but to know whether the credentials are
    /// refused, where they have been sent already. Answer: as Open, or discarded().
    struct HearOut {
        SessionId session;
    };
    /// Log out of a session that nobody uses. No answer.
    struct Close {
        SessionId session;
    };
    /// The session is the waiter's now. Answer: ended(), or at once returned(), discarded() or
    /// lost().
    struct HandOut {
        SessionId session;
        WaiterId waiter;
    };
    /// The waiter gets none.
    struct TurnAway {
        WaiterId waiter;
        Problem reason;
    };
    /// End the use of the session. Answer: as HandOut.
    struct EndUse {
        SessionId session;
        Problem reason;
    };
    /// NOOP. Answer: returned() or lost().
    struct Probe {
        SessionId session;
    };
    /// Watch INBOX with an idle session. Answer: watching(), unwatchable() or lost().
    struct BeginWatch {
        SessionId session;
    };
    /// IDLE anew, or ask. Answer: watching() or lost().
    struct RenewWatch {
        SessionId session;
    };
    /// Take in what the provider of a watching session says. Answer: heard() or lost().
    struct Hear {
        SessionId session;
    };
    /// Answer: returned() or lost().
    struct EndWatch {
        SessionId session;
    };
    struct Announce {
        std::uint64_t version;
        AccountState::State state;
        std::optional<Problem> problem;
        std::chrono::milliseconds retry_in{0};
    };
    using Action = std::variant<Open, Hurry, Abandon, HearOut, Close, HandOut, TurnAway, EndUse,
                                Probe, BeginWatch, RenewWatch, Hear, EndWatch, Announce>;

    Pool(PoolLimits limits, Random random);

    /// What follows from what was told since the last call, in order.
    std::vector<Action> take_actions();

    // ---- What happens.

    /// Serve this version from now on; an older or the same one changes nothing. Sessions of
    /// earlier versions are not handed out again.
    /// @param signed_in a session of this version is there already: its id is answered, else 0
    SessionId serve(std::uint64_t version, bool signed_in, Time now);
    /// Close everything, and serve nothing.
    /// @param for_good else a refusal of what is under way is still announced, and what is served
    /// next waits for it
    void withdraw(const Problem& reason, bool for_good);

    void opened(SessionId session, Time now);
    void open_failed(SessionId session, Problem problem, Time now);
    /// Not tried, because the host counts as dead, and is not asked before then.
    void deferred(SessionId session, Problem problem, Time until, Time now);

    /// The waiter's use is over, and the session is being cleaned.
    void ended(SessionId session);
    /// Clean, or probed: as good as new.
    void returned(SessionId session, Time now);
    /// Closed, and not for the provider's doing.
    void discarded(SessionId session, Time now);
    /// The provider ended it, or broke the protocol.
    /// @param spread within this time another one is opened in its place, at a random moment
    void lost(SessionId session, Problem problem, Time now, std::chrono::milliseconds spread = {});
    /// An idle session's provider has said something. It stays unread up to the next probe, which
    /// is soon, but not more often than a bound: a provider that always has something to say is
    /// slowed down by its full socket.
    void disturbed(SessionId session, Time now);

    /// Whether INBOX is to be watched by one of the sessions, whatever is served; not at the start.
    /// @param spread within this time it begins, at a random moment
    void want_watch(bool wanted, Time now, std::chrono::milliseconds spread = {});
    /// @param is_told the provider tells by itself what happens; else it is asked now and then
    void watching(SessionId session, bool is_told, Time now);
    /// @param is_told as for watching(): a provider may stop telling
    void heard(SessionId session, bool is_told, Time now);
    /// The provider lets nobody watch; the session is clean.
    void unwatchable(SessionId session, Time now);

    /// Somebody wants a session. FIFO; turned away when it takes too long.
    /// @param insists opens one now, even between two retries
    WaiterId wait(bool insists, Time now);

    /// The time has come that wake() answered.
    void tick(Time now);
    /// When tick() is wanted next; Time::max() for never.
    [[nodiscard]] Time wake() const;

    [[nodiscard]] std::uint64_t version() const { return version_; }
    [[nodiscard]] AccountState::State state() const { return state_; }
    [[nodiscard]] SessionCounts counts() const;
    /// True between Open and its answer, unless it was abandoned.
    [[nodiscard]] bool is_opening(SessionId session) const;
    /// Somebody who waits wants to know now, even if the host counts as dead. To be asked when a
    /// sign-in begins: who insists may have come after whoever it was opened for.
    [[nodiscard]] bool is_insisted() const;
    /// True for a session of what is served now.
    [[nodiscard]] bool is_current(SessionId session) const;
    /// True when no session is there, being opened or in use.
    [[nodiscard]] bool is_empty() const { return nodes_.empty(); }

  private:
    enum class NodeState {
        connecting,
        idle,
        used,
        settling,  ///< about to be idle
        probing,   ///< idle but for a NOOP
        watching,
        tending,  ///< about to be watching
    };

    struct Node {
        SessionId id;
        std::uint64_t version;
        NodeState state;
        bool outdated;  ///< of an earlier version: closed as soon as nobody uses it, or heard out
        bool awaited;   ///< being opened for somebody who waits
        Time opened_at;
        Time idle_since;
        Time next_probe;           ///< of an idle one; of a watching one, when it is renewed
        Time next_renewal;         ///< unless its provider says so much that it is earlier
        TokenBucket disturbances;  ///< of an idle one, that are looked at without delay
        TokenBucket news;          ///< the same of a watching one
    };

    struct Waiter {
        WaiterId id;
        bool insists;
        Time until;
    };

    Node* find(SessionId session);
    void erase(SessionId session);
    Node& add(NodeState state, Time now);
    void become_idle(Node& node, Time now);
    void retire_sessions(const std::optional<Problem>& ending_uses);
    void abandon_sign_ins(bool heard_out_too);
    void hear_sign_ins_out();

    [[nodiscard]] Demand demand(Time now) const;
    [[nodiscard]] bool has_session() const;
    [[nodiscard]] bool is_signing_in() const;
    [[nodiscard]] std::size_t openings(Time now) const;
    [[nodiscard]] Time next_opening() const;
    void proceed(Time now);
    void hurry();
    void begin_watch(Time now);
    void end_watch(Time now);
    [[nodiscard]] bool is_too_early_to_end_watch(Time now) const;
    [[nodiscard]] bool is_watched() const;
    [[nodiscard]] Time next_watch() const;
    [[nodiscard]] Time unwatched_at() const;
    [[nodiscard]] Time from_half_of(std::chrono::milliseconds whole, Time now) const;
    [[nodiscard]] Time random_time_within(std::chrono::milliseconds spread, Time now) const;
    void hand_out(Time now);
    void open_wanted(Time now);

    void back_off(Time now);
    void shrink(Time now);
    void without_session(Problem problem, Time now);
    void refuse(Problem problem);
    void turn_all_away(const Problem& reason);
    void enter(AccountState::State state, std::optional<Problem> problem,
               std::chrono::milliseconds retry_in);

    [[nodiscard]] bool is_surplus() const;

    PoolLimits limits_;
    Random random_;
    std::vector<Action> actions_;
    std::uint64_t version_ = 0;  ///< 0: nothing is served
    AccountState::State state_ = AccountState::State::connecting;
    std::optional<Problem> problem_;
    std::vector<Node> nodes_;
    std::vector<Waiter> waiters_;  ///< at most a hundred
    Backoff backoff_;
    Backoff deferrals_;
    Time failed_at_ = Time::min();  ///< when backoff_ failed last
    Time retry_at_ = Time::min();   ///< no session is opened before, unless somebody insists
    Time spread_at_ = Time::min();  ///< the same, unless somebody waits
    std::size_t allowed_ = 0;       ///< as many sessions as the provider was seen to allow
    Time allowed_until_ = Time::min();
    bool watch_wanted_ = false;
    Time watch_not_before_ = Time::min();  ///< where it is wanted
    Time watch_until_ = Time::min();       ///< where it is not wanted any more
    Backoff watch_backoff_;
    Time unwatched_since_{};
    SessionId last_session_ = 0;
    WaiterId last_waiter_ = 0;
};

}  // namespace gatepost::imap
