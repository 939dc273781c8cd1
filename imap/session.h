// Session: one signed-in IMAP connection to a provider, from connect to LOGOUT, by I/O alone: the
// framer cuts the provider's bytes into responses, the guard judges them, libetpan parses them from
// memory, the sign-in state machine decides. Owned by one reactor; one operation at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/result.h"
#include "core/settings.h"
#include "imap/credential.h"
#include "imap/response.h"
#include "net/deadline.h"
#include "net/dialer.h"
#include "net/stream.h"
#include "net/tls.h"

namespace gatepost::imap {

/// A mailbox as LIST names it (RFC 3501 7.2.2, RFC 6154).
struct Mailbox {
    std::string name;    ///< UTF-8, decoded from modified UTF-7 where the server uses it
    char delimiter = 0;  ///< 0: NIL, a flat name
    std::vector<std::string> flags;  ///< with their backslash: "\\HasNoChildren", "\\Sent"
};

class Session {
  public:
    /// Connects, makes the connection secure, and signs in; the deadline is for all of it.
    /// Fails with what Dialer and Stream fail with, and with sign_in_refused, app_password_needed,
    /// no_imap (IMAP is switched off for the mailbox), provider_unavailable, protocol_violation;
    /// facts host, port, and provider_text (the provider's own words, bounded, valid UTF-8).
    static boost::asio::awaitable<Result<std::unique_ptr<Session>>> connect(net::Dialer& dialer,
                                                                            net::TlsContext& tls,
                                                                            Settings settings,
                                                                            Credential credential,
                                                                            net::Deadline deadline);

    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// As the provider listed them after sign-in, upper case.
    [[nodiscard]] const std::vector<std::string>& capabilities() const;
    [[nodiscard]] bool has(std::string_view capability) const;

    boost::asio::awaitable<Result<void>> noop(net::Deadline deadline);
    /// The first 10,000, where there are more.
    boost::asio::awaitable<Result<std::vector<Mailbox>>> list_mailboxes(net::Deadline deadline);
    /// After a lease: nothing selected, flags of no message touched, in one round trip (UNSELECT,
    /// or EXAMINE of a name that cannot exist). A problem means that the session must not be used
    /// again.
    boost::asio::awaitable<Result<void>> clean(net::Deadline deadline);

    // ---- Watching INBOX. `news` is called with every untagged response, and lives as long as the
    // ---- operation. A problem means that the session must not be used again.

    using News = std::function<void(const Response&)>;
    /// How it is watched.
    enum class Watch {
        told,     ///< by IDLE: the provider says by itself what happens
        asked,    ///< by renew_watch() alone
        refused,  ///< not at all: there is no INBOX to examine. The session is clean.
    };
    /// EXAMINE, which touches nothing, and IDLE where the provider has it.
    /// @param examined called once what was news until then has described the mailbox
    boost::asio::awaitable<Result<Watch>> begin_watch(News news, std::function<void()> examined,
                                                      net::Deadline deadline);
    /// What was sent since; waits only for the rest of what has begun to arrive. An IDLE that the
    /// provider has ended by itself begins anew.
    boost::asio::awaitable<Result<Watch>> hear(News news, net::Deadline deadline);
    /// A new IDLE in the place of the old one, which a provider may end after half an hour
    /// (RFC 2177 3); NOOP where there is none.
    boost::asio::awaitable<Result<Watch>> renew_watch(News news, net::Deadline deadline);
    /// As clean(), in one round trip with the end of IDLE.
    boost::asio::awaitable<Result<void>> end_watch(News news, net::Deadline deadline);

    /// LOGOUT, if the provider answers in time, and close.
    boost::asio::awaitable<void> logout(net::Deadline deadline);

    /// The connection, for a lease's relay and for watching an idle session. Between operations
    /// only.
    [[nodiscard]] net::Stream& stream();

  private:
    struct Impl;
    explicit Session(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::imap
