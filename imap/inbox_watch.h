// Inbox watch: what an account's INBOX is known to hold, and what of its changes is to be told
// when. Fed with what examining it has found, and with what the provider says while a session
// watches it. Outlives the sessions: what has changed between two of them is found by comparing.
// Pure; the provider's words are taken for no more than numbers.
#pragma once

#include <cstdint>
#include <optional>

#include "imap/messages.h"
#include "imap/response.h"
#include "net/deadline.h"

namespace gatepost::imap {

class InboxWatch {
  public:
    using Time = net::Clock::time_point;
    using What = MailboxChanged::What;

    struct Change {
        What what;
        std::uint32_t exists;
    };

    /// A session begins to examine the mailbox: what follows up to examined() describes it.
    void examine();
    /// It was described. The first time there is nothing to compare with, and no change.
    void examined();
    /// An untagged response, in between or while the mailbox is watched.
    void hear(const Response& response);

    /// What is to be told now, if there is anything and the last one was told long enough ago.
    std::optional<Change> take(Time now);
    /// When take() may have something; Time::max() for when more was heard.
    [[nodiscard]] Time wake() const;

  private:
    struct State {
        std::uint32_t exists = 0;
        std::uint32_t uid_validity = 0;  ///< 0: not told
        std::uint32_t uid_next = 0;      ///< 0: not told. At least; UIDs may have been left out
    };

    void describe(const Response& response);
    void follow(const Response& response);
    void note(What what);

    std::optional<State> seen_;
    std::optional<State> found_;  ///< while it is being examined
    std::optional<What> pending_;
    Time quiet_until_ = Time::min();
};

}  // namespace gatepost::imap
