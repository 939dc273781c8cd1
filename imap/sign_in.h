// SignInDialogue: the conversation from the greeting to a session that is ready, as decisions
// alone: it is told each response and says what to do next. It owns no socket and no clock; the
// session carries bytes for it, and tests play both ends. Fed with responses that the framer has
// cut, from a server that may be hostile, before TLS from anybody on the path.
//
//   greeting → [STARTTLS → TLS] → CAPABILITY, unless the greeting told → LOGIN or AUTHENTICATE
//            → CAPABILITY, unless told, and ID, where offered → ready
//
// What is learnt before TLS is forgotten: it decides only whether TLS is tried.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "core/settings.h"
#include "imap/capabilities.h"
#include "imap/credential.h"
#include "imap/mechanism.h"
#include "imap/response.h"

namespace gatepost::imap {

class SignInDialogue {
  public:
    /// Wait for one response, and resume() with it.
    struct Receive {};
    /// Send it (it may hold a password), then as Receive.
    struct Send {
        Secret bytes;
    };
    /// Do the handshake, then tls_started().
    struct StartTls {};
    struct Ready {
        Capabilities capabilities;
    };
    /// The last two end the conversation; a Problem is what Session::connect() documents.
    using Action = std::variant<Receive, Send, StartTls, Ready, Problem>;

    /// @param settings outlive the sign-in
    SignInDialogue(const Settings& settings, Credential credential);

    Action start();
    /// @param response one whole response with its CRLF
    /// @param more_received true when bytes behind it have been received already
    Action resume(std::string_view response, bool more_received);
    Action tls_started();

  private:
    enum class Step { greeting, starttls, capability, credential, finish };

    Action decide(const Response& response, bool more_received);
    Action on_greeting(const Response& response);
    Action on_starttls(const Response& response, bool more_received);
    Action on_capability(const Response& response);
    Action on_credential(const Response& response);
    Action on_challenge(const Response& response);
    Action on_finish(const Response& response);

    Action ask_starttls();
    Action ask_capability();
    Action send_credential();
    Action finish();

    Action receive_unless_challenged(const Response& response);
    /// Takes what an untagged response or a code says about capabilities.
    Result<void> learn(const Response& response);
    [[nodiscard]] bool answers(const Response& response) const;
    std::string open_tag();

    const Settings& settings_;
    Credential credential_;
    Step step_ = Step::greeting;
    bool secure_ = false;

    Capabilities capabilities_;
    bool told_ = false;  ///< capabilities_ is what the server says now, in this state

    Mechanism mechanism_ = Mechanism::plain;
    std::vector<Secret> parts_;  ///< of the sign-in command, still to be sent; the next one last
    std::string error_;          ///< a token's error, from the server's challenge

    std::uint32_t last_tag_ = 0;
    std::vector<std::string> open_tags_;
    bool identified_ = false;
};

}  // namespace gatepost::imap
