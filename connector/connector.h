// The connector: accounts and their states. Brings discovery, sessions and the vault together, and
// is what the API, the command line's daemon side and imap.sock call. Lives on the front's
// executor; not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connector/account_state.h"
#include "connector/event_feed.h"
#include "connector/overview.h"
#include "core/result.h"
#include "core/secret.h"
#include "core/settings.h"
#include "discovery/cached_discovery.h"
#include "imap/messages.h"
#include "imap/reactor.h"
#include "net/egress.h"
#include "vault/vault.h"

namespace gatepost::connector {

/// The application whose accounts are meant where none is named.
inline constexpr const char* default_application = "default";

/// Which accounts a caller may know of; others do not exist for him.
struct Scope {
    std::optional<std::string> application;  ///< only this one's; none: of all that are admitted
    std::function<bool(std::string_view application)> admits;

    [[nodiscard]] bool includes(std::string_view of) const {
        return (!application || *application == of) && admits(of);
    }
};

/// An account as the API shows it.
struct Account {
    vault::AccountRecord record;
    AccountState state = AccountState::connecting;
    std::optional<Problem> problem;
    std::optional<std::chrono::system_clock::time_point> retry_at;
    std::vector<std::string> capabilities;
    imap::SessionCounts sessions;
};

/// Where the mailbox is, when the caller says so himself; nothing is discovered then.
struct ImapRequest {
    std::string host;
    std::optional<std::uint16_t> port;  ///< the security's usual one: 993 for tls, 143 for starttls
    Security security = Security::tls;
    std::string username;  ///< empty: the address
};

struct ConnectRequest {
    std::string application = default_application;
    std::string email;
    std::optional<Secret> password;
    std::optional<ImapRequest> imap;
    std::optional<std::string> id;
    bool accept_unproven = false;
    std::string status_callback_url;
    std::map<std::string, std::string> labels;
};

/// What a PATCH changes: what is there replaces, what is not stays.
struct ChangeRequest {
    std::optional<Secret> password;
    std::optional<ImapRequest> imap;
    std::optional<std::string> status_callback_url;
    std::optional<std::map<std::string, std::string>> labels;
};

/// A problem, and what discovery found where the caller needs it to go on.
struct Refusal {
    Problem problem;
    std::optional<discovery::Report> report;
};

template <class T>
using Outcome = boost::system::result<T, Refusal>;
[[noreturn]] void throw_exception_from_error(const Refusal& refusal,
                                             const boost::source_location& where);

struct Connected {
    Account account;
    bool created = true;  ///< false: a PUT replaced an account's credentials
};

struct ListFilter {
    std::string application = default_application;
    std::string email;
    std::optional<AccountState> state;
    std::map<std::string, std::string> labels;
    std::size_t limit = 100;  ///< 1 … 1000
    std::string after;        ///< the id that the previous page ended with
};

struct AccountList {
    std::vector<Account> accounts;
    bool more = false;
};

class Connector {
  public:
    /// What is referenced outlives the connector; the executor's context outlives the vault.
    struct Parts {
        boost::asio::any_io_executor executor;
        vault::Vault& vault;
        discovery::CachedDiscovery& discovery;
        const net::EgressPolicy& egress;
        imap::ReactorOptions reactor_options;
        net::TlsContext& tls;
        std::size_t reactors = 1;
    };

    /// Starts the reactors, loads the accounts, and begins to connect them. Blocks for the load.
    static Result<std::unique_ptr<Connector>> start(Parts parts);
    /// Stops the reactors hard, unless stop() was awaited before.
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    /// The id of the account that is meant by an id or an address. Fails with unknown_account when
    /// there is none within the scope, with conflict when the address is connected in several
    /// applications.
    [[nodiscard]] Result<std::string> identify(std::string_view account, const Scope& scope) const;

    // Every `account` below is an id, of an account that the caller may use.

    boost::asio::awaitable<Result<discovery::Report>> discover(
        std::string email, discovery::Freshness freshness = discovery::Freshness::any);
    /// POST: signs in, stores, then serves. Nothing is stored unless the provider signed us in.
    boost::asio::awaitable<Outcome<Connected>> connect(ConnectRequest request);
    /// PUT: as connect() with the id of the request, but replaces the credentials of that account.
    boost::asio::awaitable<Outcome<Connected>> put(ConnectRequest request);
    boost::asio::awaitable<Outcome<Account>> change(std::string account, ChangeRequest request);
    boost::asio::awaitable<Result<void>> remove(std::string account);
    boost::asio::awaitable<Result<Account>> find(std::string account);
    boost::asio::awaitable<AccountList> list(ListFilter filter);
    /// Asks the provider now. The account's state follows the answer, which is also the result. For
    /// a refused account this is one sign-in with the stored credential, since the caller wants it.
    boost::asio::awaitable<Result<Account>> verify(std::string account);
    boost::asio::awaitable<Result<Account>> pause(std::string account);
    boost::asio::awaitable<Result<Account>> resume(std::string account);
    boost::asio::awaitable<Result<std::vector<imap::Mailbox>>> mailboxes(std::string account);

    /// A client of imap.sock named this account: its descriptor goes to the account's reactor.
    /// Fails with unknown_account, account_paused, sign_in_refused…; the descriptor is then the
    /// caller's again, in `client`.
    Result<void> lease(std::string_view account, imap::OwnedFd& client, std::string tag,
                       std::string received);

    struct Health {
        bool vault_writable = true;
        std::map<AccountState, std::size_t> accounts;
        std::vector<std::string> damaged;  ///< ids of stored accounts that could not be read
        std::vector<imap::ReactorStats> reactors;
        std::uint64_t events = 0;  ///< that have happened since the start
        std::size_t event_readers = 0;
    };
    [[nodiscard]] Health health() const;

    /// Of the accounts within the scope: one look at each, and one question to each reactor.
    boost::asio::awaitable<Overview> overview(Scope scope);

    /// What happens to accounts and in their mailboxes, of all applications.
    [[nodiscard]] std::shared_ptr<EventFeed> events() const;

    /// Logs out politely, within the deadline.
    boost::asio::awaitable<void> stop(net::Deadline deadline);

    /// Called on the front's thread after every change of an account's state.
    using StateChange = connector::StateChange;
    std::function<void(const StateChange&)> on_state_change;

  private:
    class Impl;
    explicit Connector(std::shared_ptr<Impl> impl);

    // Shared with what is still going on when the connector goes; that winds up, and changes
    // nothing.
    std::shared_ptr<Impl> impl_;
};

}  // namespace gatepost::connector
