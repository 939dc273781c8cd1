// Account pool: one account's sessions, their connections and the clients that have them. Carries
// out what the pool (imap/pool.h) decides, and tells it what came of it. Lives on its reactor's
// thread; its tasks, timers and leases keep it alive until they have wound up.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "imap/inbox_watch.h"
#include "imap/pool.h"
#include "imap/reactor_services.h"
#include "imap/relay.h"
#include "imap/session.h"

namespace gatepost::imap {

class AccountPool : public std::enable_shared_from_this<AccountPool> {
  public:
    /// The services outlive it.
    AccountPool(ReactorServices& services, std::string account);
    AccountPool(const AccountPool&) = delete;
    AccountPool& operator=(const AccountPool&) = delete;

    /// @param signed_in a session that a SignIn with this version left; or null
    void serve(Serve command, std::unique_ptr<Session> signed_in);
    /// Ends everything, as Withdraw says. What is still in use winds up.
    void withdraw(const Problem& reason, bool for_good);
    /// For a sign-in that has asked for it by CredentialWanted.
    void give(GiveCredential command);

    void lease(Lease command);
    void check(const Check& command);
    void list(const ListMailboxes& command);

    /// @param spread within this time it begins, at a random moment
    void want_watch(bool wanted, std::chrono::milliseconds spread);

    [[nodiscard]] SessionCounts counts() const { return pool_.counts(); }

  private:
    using SessionId = Pool::SessionId;
    using WaiterId = Pool::WaiterId;
    using Self = std::shared_ptr<AccountPool>;

    /// A sign-in under way: in want of a credential, then a task.
    struct Opening {
        SignInQueue::Slot slot;
        Hosts::Attempt attempt;
        boost::asio::steady_timer patience;  ///< for the credential
        bool wants_credential = true;
        TaskGroup::Handle task;
    };

    /// While it is in use, only its user takes it out of the map.
    struct Held {
        std::unique_ptr<Session> session;
        bool in_use = false;
        std::shared_ptr<Relay> relay;  ///< of the lease
    };

    /// What somebody waits for a session for.
    using Errand = std::variant<Lease, Check, ListMailboxes>;

    /// There once INBOX was to be watched.
    struct Watching {
        explicit Watching(const boost::asio::any_io_executor& executor) : news(executor) {}
        InboxWatch inbox;
        boost::asio::steady_timer news;
        bool is_waiting = false;  ///< for the timer
    };

    // Carrying out (account_pool.cpp)
    void act();
    void perform(const Pool::Open& open);
    void perform(const Pool::Hurry& hurry);
    void perform(const Pool::Abandon& abandon);
    void perform(const Pool::HearOut& hear_out);
    void perform(const Pool::Close& close);
    void perform(const Pool::HandOut& hand_out);
    void perform(const Pool::TurnAway& turn_away);
    void perform(const Pool::EndUse& end_use);
    void perform(const Pool::Probe& probe);
    void perform(const Pool::BeginWatch& begin);
    void perform(const Pool::RenewWatch& renew);
    void perform(const Pool::Hear& hearing);
    void perform(const Pool::EndWatch& end);
    void perform(const Pool::Announce& announce);
    /// The session is one operation's from now on, until it rests again or is lost.
    void take_up(SessionId id);
    void wait_for_session(Errand errand, bool insists);
    void settle_timer();
    void settle_meters();

    // Opening (account_opening.cpp)
    void queue_sign_in(SessionId id, SignInQueue::Lane lane);
    void begin_sign_in(SessionId id, SignInQueue::Slot slot);
    void end_sign_in(SessionId id, Result<std::unique_ptr<Session>> result);
    static boost::asio::awaitable<void> sign_in(Self self, SessionId id, Settings settings,
                                                Credential credential);

    // Using (account_use.cpp)
    void begin_use(SessionId id, Lease lease);
    void begin_use(SessionId id, const Check& check);
    void begin_use(SessionId id, const ListMailboxes& list);
    void end_lease(SessionId id, Relay::Outcome outcome);
    static boost::asio::awaitable<void> clean(Self self, SessionId id, bool may_have_selected);
    static boost::asio::awaitable<void> probe(Self self, SessionId id);
    static boost::asio::awaitable<void> run_check(Self self, SessionId id, RequestId request);
    static boost::asio::awaitable<void> run_list(Self self, SessionId id, RequestId request);
    /// What became of the session by an operation of ours: idle again, or gone.
    void end_use(SessionId id, const Result<void>& result);
    void lose(SessionId id, Problem problem);
    /// Idle from now on, unless somebody waits for it.
    void rest(SessionId id);
    /// To what an idle or watching session's provider says.
    void listen(SessionId id);

    // Watching (account_watch.cpp)
    static boost::asio::awaitable<void> begin_watch(Self self, SessionId id);
    static boost::asio::awaitable<void> renew_watch(Self self, SessionId id);
    static boost::asio::awaitable<void> hear(Self self, SessionId id);
    static boost::asio::awaitable<void> end_watch(Self self, SessionId id);
    void go_on(SessionId id);
    Session::News news(SessionId id);
    void tell_news();

    ReactorServices& services_;
    std::string account_;
    Settings settings_;
    Pool pool_;
    std::map<SessionId, Opening> openings_;
    std::map<SessionId, Held> sessions_;
    std::map<WaiterId, Errand> waiting_;
    std::unique_ptr<Watching> watching_;
    boost::asio::steady_timer timer_;
    Pool::Time timer_at_ = Pool::Time::max();
    SessionCounts metered_;
    bool acting_ = false;
};

}  // namespace gatepost::imap
