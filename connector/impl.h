// The connector's inside: the accounts, the links to reactors and vault, and the operations on one
// account, which are spread over connect.cpp, standing.cpp, queries.cpp and reactor_events.cpp.
//
// What holds everywhere:
// - `operations_` orders what signs in on a caller's behalf, so that two PUTs of one id follow each
//   other. `writes_` orders what reads or writes an account's record in the vault, and is held for
//   one answer of the vault only. Who takes both takes `operations_` first.
// - An account can change or go during any wait. What is found before one is looked up again after
// it,
//   by id and incarnation.
// - A reactor knows an account by the version that its record had when it was last handed over by
//   Serve. The vault counts from 1 for a new record and adds 1 with each write, so a sign-in names
//   the version that its record is about to get, and Serve then adopts the session. If something
//   else was written meanwhile, Serve names another version, and the pool signs in once more.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connector/account_index.h"
#include "connector/connector.h"
#include "connector/reactor_link.h"
#include "connector/settings_decision.h"
#include "connector/turns.h"
#include "connector/unix_time.h"
#include "connector/vault_link.h"

namespace gatepost::connector {

class Connector::Impl : public std::enable_shared_from_this<Connector::Impl> {
  public:
    using Listener = std::function<void(const StateChange&)>;

    explicit Impl(const Parts& parts);
    /// Loads the accounts, starts the reactors, and has them serve. Blocks for the load.
    Result<void> start(const Parts& parts);
    /// Whose `on_state_change` is called; null once the connector is going.
    void listen(const Listener* listener) { listener_ = listener; }
    void close();

    // The public operations; connector.h says what they do.
    boost::asio::awaitable<Result<discovery::Report>> discover(std::string email,
                                                               discovery::Freshness freshness);
    boost::asio::awaitable<Outcome<Connected>> connect(ConnectRequest request);
    boost::asio::awaitable<Outcome<Connected>> put(ConnectRequest request);
    boost::asio::awaitable<Outcome<Account>> change(std::string account, ChangeRequest request);
    boost::asio::awaitable<Result<void>> remove(std::string account);
    boost::asio::awaitable<Result<Account>> find(std::string account);
    boost::asio::awaitable<AccountList> list(ListFilter filter);
    boost::asio::awaitable<Result<Account>> verify(std::string account);
    boost::asio::awaitable<Result<Account>> pause(std::string account);
    boost::asio::awaitable<Result<Account>> resume(std::string account);
    boost::asio::awaitable<Result<std::vector<imap::Mailbox>>> mailboxes(std::string account);
    Result<void> lease(std::string_view account, imap::OwnedFd& client, std::string tag,
                       std::string received);
    [[nodiscard]] Result<std::string> identify(std::string_view account, const Scope& scope) const;
    [[nodiscard]] Health health() const;
    boost::asio::awaitable<Overview> overview(Scope scope);
    [[nodiscard]] std::shared_ptr<EventFeed> events() const { return events_; }
    boost::asio::awaitable<void> stop(net::Deadline deadline);

    /// Runs an operation to its end even when its caller is cancelled meanwhile: what the vault has
    /// stored must also arrive in the index. The caller waits for that end.
    template <class T>
    boost::asio::awaitable<T> shielded(boost::asio::awaitable<T> operation) {
        co_return co_await boost::asio::co_spawn(
            executor_, keep(shared_from_this(), std::move(operation)),
            boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(),
                                                boost::asio::use_awaitable));
    }

  private:
    using Reservation = AccountIndex::Reservation;
    using Change = std::function<void(vault::AccountRecord&)>;
    using Time = AccountStatus::Time;

    /// Which account is meant, to find it again after a wait.
    struct Identity {
        std::string id;
        std::uint64_t incarnation = 0;
    };

    /// A sign-in for an account that exists, and what is stored when it succeeds.
    struct Renewal {
        Identity account;
        Decision decision;
        std::optional<Secret> password;  ///< none: the stored one
        Change change;
    };

    /// Something that goes on: keeps the connector's inside alive, and stop() waiting.
    class Running {
      public:
        explicit Running(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) { ++impl_->running_; }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;
        ~Running();

      private:
        std::shared_ptr<Impl> impl_;
    };

    template <class T>
    static boost::asio::awaitable<T> keep(std::shared_ptr<Impl> impl,
                                          boost::asio::awaitable<T> operation) {
        const Running running(std::move(impl));
        co_return co_await std::move(operation);
    }
    /// Work that no caller waits for; stop() does.
    void spawn(boost::asio::awaitable<void> task);

    // Accounts (connector.cpp)
    Result<Entry*> resolve(std::string_view account);
    /// True for an account whose row in the vault does not read.
    [[nodiscard]] bool is_damaged(std::string_view id) const;
    Entry* entry_of(const Identity& account);
    static Identity identity_of(const Entry& entry) { return {entry.record.id, entry.incarnation}; }
    static Account account_of(const Entry& entry);
    /// As the API shows it now, with the sessions counted.
    boost::asio::awaitable<Result<Account>> show(Identity account);
    void announce(const Entry& entry, std::optional<AccountState> previous);
    void announce_removal(const Entry& entry);
    void tell(StateChange change);

    // Signing in (connect.cpp)
    boost::asio::awaitable<Outcome<Decision>> decide(discovery::Address address,
                                                     std::optional<ImapRequest> imap,
                                                     bool accept_unproven);
    boost::asio::awaitable<Outcome<Connected>> create(discovery::Address address,
                                                      ConnectRequest request,
                                                      Reservation reservation);
    boost::asio::awaitable<Outcome<Connected>> replace(discovery::Address address,
                                                       ConnectRequest request, Identity account);
    boost::asio::awaitable<Result<void>> change_sign_in(Identity account, ChangeRequest request,
                                                        Change change);
    /// Signs in, stores, and serves the account by what it signed in with (a paused one stays
    /// paused).
    boost::asio::awaitable<Result<void>> renew(Renewal renewal);
    boost::asio::awaitable<Result<Secret>> password_of(const Renewal& renewal);
    boost::asio::awaitable<Result<std::vector<std::string>>> sign_in(std::string id,
                                                                     std::uint64_t version,
                                                                     Settings settings,
                                                                     Secret password);

    // The record in the vault (standing.cpp)
    boost::asio::awaitable<Result<void>> rewrite(Identity account, Change change,
                                                 std::optional<Secret> credential);
    /// The same for who holds the turn of `writes_` already.
    boost::asio::awaitable<Result<void>> store(Identity account, Change change,
                                               std::optional<Secret> credential);

    boost::asio::awaitable<Result<void>> remove_damaged(std::string id);

    // What the account's reactor is told, and the state that follows (standing.cpp)
    void serve(Entry& entry);
    /// @param previous the state to announce the change from; none for a new account
    void serve_signed_in(Entry& entry, std::vector<std::string> capabilities,
                         std::optional<AccountState> previous);
    void send_serve(const Entry& entry);
    /// An account that is paused or refused.
    void withdraw(const Entry& entry);
    void withdraw_for_good(const std::string& id, Problem reason);
    boost::asio::awaitable<Result<Account>> verify_refused(Identity account);

    // What reactors tell (reactor_events.cpp)
    void on_event(imap::Event event);
    void on_account_state(const imap::AccountState& event);
    void on_mailbox_changed(const imap::MailboxChanged& event);
    boost::asio::awaitable<void> give_credential(std::string id, std::uint64_t version);
    boost::asio::awaitable<void> store_refusal(Identity account, Problem refusal);

    boost::asio::any_io_executor executor_;
    discovery::CachedDiscovery& discovery_;
    const net::EgressPolicy& egress_;
    VaultLink vault_;
    AccountIndex index_;
    Turns operations_;
    Turns writes_;
    std::shared_ptr<ReactorLink> reactors_;
    std::shared_ptr<EventFeed> events_;
    std::vector<std::string> damaged_;
    std::map<AccountState, std::size_t> states_;  ///< how many accounts are in each
    const Listener* listener_ = nullptr;
    std::size_t running_ = 0;
    std::shared_ptr<Reply<bool>> quiet_;  ///< there while stop() waits for what is running
};

/// Counting is a message to a reactor and back; one that takes longer is too busy for a figure.
inline constexpr std::chrono::seconds count_patience{1};

Problem unknown_account(std::string_view account);
/// The account went while something was done for it.
Problem removed_meanwhile(const std::string& account);

AccountStatus::Time now();

}  // namespace gatepost::connector
