// What passes between a reactor and whoever steers it: plain values, no callbacks into each other's
// objects, no shared containers, so that a reactor could as well be another process.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"
#include "core/settings.h"
#include "imap/credential.h"
#include "imap/session.h"

namespace gatepost::imap {

using RequestId = std::uint64_t;

/// A descriptor that its holder owns and closes.
class OwnedFd {
  public:
    explicit OwnedFd(int fd = -1) : fd_(fd) {}
    OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    OwnedFd& operator=(OwnedFd&& other) noexcept;
    OwnedFd(const OwnedFd&) = delete;
    OwnedFd& operator=(const OwnedFd&) = delete;
    ~OwnedFd();

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

// ---- To a reactor. `version` is the account's; answers and events carry it back, so that what
// ---- concerns an older version is told apart and dropped.

/// Sign in once, now, whatever the account's pool does; answered by SignedIn. A session that comes
/// of it is parked until Serve with the same account and version adopts it (or 30 s have passed).
struct SignIn {
    RequestId request = 0;
    std::string account;
    std::uint64_t version = 0;
    Settings settings;
    Credential credential;
};

/// Keep this account connected from now on. A Serve with a newer version replaces the older one:
/// its sessions are closed once the leases on them end.
struct Serve {
    std::string account;
    std::uint64_t version = 0;
    Settings settings;
};

/// Stop serving the account and close all its sessions, leased ones too.
struct Withdraw {
    std::string account;
    /// What imap.sock says to clients that wait for a session.
    Problem reason;
    /// Removed. Else it is paused, and the refusal of a sign-in that is under way is still told, so
    /// that nobody tries the same credential again.
    bool for_good = false;
};

/// The answer to CredentialWanted: for one sign-in.
struct GiveCredential {
    std::string account;
    std::uint64_t version = 0;
    Result<Credential> credential;
};

/// Hand a client of imap.sock a session. The reactor answers the client's command itself.
struct Lease {
    std::string account;
    OwnedFd client;
    std::string tag;       ///< of the client's LOGIN or AUTHENTICATE
    std::string received;  ///< bytes that the client sent behind that command
};

/// NOOP through an idle session, or one that is opened for it; answered by Checked.
struct Check {
    RequestId request = 0;
    std::string account;
};

/// LIST through an idle session; answered by Listed.
struct ListMailboxes {
    RequestId request = 0;
    std::string account;
};

/// How many sessions the accounts have; answered by Counted, in the order asked.
struct CountSessions {
    RequestId request = 0;
    std::vector<std::string> accounts;
};

/// Whether somebody wants to hear of changes in mailboxes, of all accounts of the reactor, those
/// that come later too. While it is so each account has one session IDLE on INBOX, and changes are
/// told by MailboxChanged. Not so at the start.
struct Watch {
    bool wanted = false;
};

/// Close everything politely; answered by Stopped.
struct Stop {};

using Command = std::variant<SignIn, Serve, Withdraw, GiveCredential, Lease, Check, ListMailboxes,
                             CountSessions, Watch, Stop>;

// ---- From a reactor.

struct SignedIn {
    RequestId request = 0;
    Result<std::vector<std::string>> capabilities;
};

struct Checked {
    RequestId request = 0;
    Result<void> result;
};

struct Listed {
    RequestId request = 0;
    Result<std::vector<Mailbox>> mailboxes;
};

struct SessionCounts {
    std::uint32_t idle = 0;
    std::uint32_t leased = 0;
    std::uint32_t connecting = 0;
};

struct Counted {
    RequestId request = 0;
    std::vector<SessionCounts> counts;
};

/// The pool is about to sign in and needs the account's credential. Answered by GiveCredential.
struct CredentialWanted {
    std::string account;
    std::uint64_t version = 0;
};

/// How the account fares. Sent on every change of the version that is served; of one from before a
/// pause only a refusal is.
struct AccountState {
    enum class State { connecting, live, retrying, refused };

    std::string account;
    std::uint64_t version = 0;
    State state = State::connecting;
    /// Why, for retrying and refused.
    std::optional<Problem> problem;
    /// When the next try is, for retrying; counted from the event.
    std::chrono::milliseconds retry_in{0};
    std::vector<std::string> capabilities;  ///< when live
};

/// A watched mailbox is not as it was. One at most a second for each account: what happens in
/// between comes as one, told by what matters most of it. While nobody watched, for want of a
/// session, changes are found and told when the watching begins anew.
struct MailboxChanged {
    enum class What {
        new_messages,  ///< there are messages that were not there
        gone,          ///< messages were expunged
        flags,         ///< of messages that are there still
    };

    std::string account;
    std::uint64_t version = 0;
    std::string mailbox;  ///< "INBOX"
    What what = What::new_messages;
    std::uint32_t exists = 0;  ///< messages in the mailbox now
};

struct Stopped {};

using Event = std::variant<SignedIn, Checked, Listed, Counted, CredentialWanted, AccountState,
                           MailboxChanged, Stopped>;

}  // namespace gatepost::imap
