// imap.sock before sign-in, as a conversation: bytes of a client in, answers and the account it
// names out. Without sockets and clocks. Fed by anyone who can reach the socket; a password that a
// client sends is ignored and wiped.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/problem.h"
#include "core/result.h"
#include "daemon/wiped_memory.h"

namespace gatepost::daemon {

struct ImapCommand;

class ImapLogin {
  public:
    /// Says that the conversation is over, and why ("* BYE …").
    static std::string bye(std::string_view reason);
    static std::string_view greeting();

    /// Where to receive into, and how much was.
    std::span<char> room();
    void received(std::size_t bytes) { filled_ += bytes; }

    struct Receive {};  ///< more bytes are needed
    struct Send {
        std::string text;
    };
    struct Close {
        std::string text;
    };  ///< send this, then end
    /// The client names an account. Either the reactor answers, and this is over, or turned_away()
    /// says so.
    struct Lease {
        std::string account;
        std::string tag;
    };
    using Action = std::variant<Receive, Send, Close, Lease>;
    Action resume();

    /// What the client sent behind the command that named the account.
    [[nodiscard]] std::string rest() const { return {buffer_.data(), filled_}; }
    /// The answer to that command, where there is no session.
    std::string turned_away(const Problem& problem);

  private:
    Action answer_to(const ImapCommand& command);
    Action authenticate(std::string_view arguments);
    Action answer_line();
    Action sign_in_by(std::string_view response);
    Action refuse(std::string_view tag, std::string_view why);
    void consume(std::size_t bytes);

    WipedBytes buffer_;
    std::size_t filled_ = 0;
    std::string tag_;                  ///< of the command that waits for an answer
    bool waits_for_response_ = false;  ///< AUTHENTICATE without an initial response
    std::size_t announced_ = 0;        ///< literals of this command that were asked for
    std::size_t mistakes_ = 0;
};

}  // namespace gatepost::daemon
