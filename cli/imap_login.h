// The opening of imap.sock as a conversation: greeting, LOGIN, answer. Owns no socket. Fed by the
// daemon alone, but bounded all the same.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/result.h"

namespace gatepost::cli {

class ImapLogin {
  public:
    /// @param account an id or address; anything, it is quoted
    explicit ImapLogin(std::string account) : account_(std::move(account)) {}

    struct ReadMore {};
    /// Send this, then read.
    struct Send {
        std::string bytes;
    };
    /// Done. The bytes are for the client: a PREAUTH greeting (RFC 3501 7.1.4) made from the
    /// daemon's OK, and whatever came behind that.
    struct SignedIn {
        std::string bytes;
    };
    using Action = std::variant<ReadMore, Send, SignedIn, Problem>;

    /// @param received what was read since the last call, cut anywhere; empty: the daemon closed
    Action resume(std::string_view received);

  private:
    Action on_line(std::string_view line);
    Action on_greeting(std::string_view line);
    Action on_answer(std::string_view line);
    [[nodiscard]] Problem refusal(std::string_view text) const;

    std::string account_;
    std::string received_;
    bool greeted_ = false;
};

}  // namespace gatepost::cli
