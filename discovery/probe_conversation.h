// ProbeConversation: what a probe says to an IMAP server and what it makes of the answers, as
// decisions alone. It owns no socket and no clock; probe.cpp carries bytes for it, and tests play
// the server. Fed with bytes from whoever answers on a host that anyone may name.
//
//   greeting → [STARTTLS → TLS] → CAPABILITY, unless the greeting under TLS told → LOGOUT
//
// It never signs in. What is said before TLS decides only whether TLS is tried. The reader is
// strict and small, for nothing that a server says here takes a literal: lines end with CRLF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.h"
#include "core/settings.h"

namespace gatepost::discovery {

/// As the server lists them, in upper case.
using Capabilities = std::vector<std::string>;

/// The ways to sign in that the capabilities offer, in this order: password, xoauth2, oauthbearer.
std::vector<AuthMethod> offered_auth(const Capabilities& capabilities);

class ProbeConversation {
  public:
    /// Wait for bytes, and resume() with them.
    struct Receive {};
    /// Send them, then resume() with nothing.
    struct Send {
        std::string bytes;
    };
    /// Do the handshake, then tls_started().
    struct StartTls {};
    /// It is an IMAP server, which can do this. Say farewell and close.
    struct Done {
        Capabilities capabilities;
    };
    /// The last two end the conversation. The problem is what Prober::probe() documents.
    using Action = std::variant<Receive, Send, StartTls, Done, Problem>;

    ProbeConversation(std::string host, Security security);

    Action start();
    Action tls_started();
    Action resume(std::string_view received);

    /// What to send when it is done, without waiting for an answer.
    static constexpr std::string_view farewell = "p9 LOGOUT\r\n";

  private:
    enum class Step { greeting, starttls, capability };

    Result<std::optional<std::string>> cut_line();
    std::optional<Action> decide(std::string_view line);
    std::optional<Action> on_greeting(std::string_view line);
    std::optional<Action> on_starttls(std::string_view line);
    std::optional<Action> on_capability(std::string_view line);
    Action ask_capability();
    Action done();
    void learn(std::string_view line);
    [[nodiscard]] Problem violation(std::string_view what) const;
    [[nodiscard]] Problem no_tls(std::string_view what, std::string reason) const;

    std::string host_;
    Security security_;
    Step step_ = Step::greeting;
    bool secure_ = false;
    std::string buffer_;
    std::size_t total_ = 0;
    std::optional<Capabilities> told_;  ///< what the server says now, in this state
};

}  // namespace gatepost::discovery
