// A sign-in played out as a conversation: what the client is expected to do, and what the server
// says. Each is played again and again, failing at every step in turn, and must end in the right
// problem.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "imap/sign_in.h"

namespace gatepost::imap {

class SignInConversation {
  public:
    explicit SignInConversation(Security security = Security::tls);

    SignInConversation& with_username(std::string username);
    SignInConversation& with_password(std::string password);
    SignInConversation& with_token(AuthMethod method, std::string token);

    /// The client starts TLS.
    SignInConversation& starts_tls();
    /// The client sends the line, to which CRLF is added.
    SignInConversation& sends(std::string line);
    /// The server says the line.
    SignInConversation& receives(std::string line);
    /// The server says it, and more is received already.
    SignInConversation& receives_with_more(std::string line);

    /// The client is ready then, with these capabilities.
    void ends_ready(const std::vector<std::string>& capabilities);
    /// The client gives up then; its problem, for further questions.
    Problem ends_with(ProblemKind kind);
    /// The same, of whatever kind.
    Problem ends();

  private:
    struct Step {
        enum class What { starts_tls, sends, receives } what;
        std::string text;
        bool more = false;
    };

    SignInDialogue begin() const;
    /// Plays so many steps; what the client does next.
    SignInDialogue::Action play(SignInDialogue& sign_in, std::size_t steps);
    void fail_at_every_step();
    void fail_at(std::size_t step, const std::string& line, ProblemKind expected);

    Settings settings_;
    AuthMethod method_ = AuthMethod::password;
    std::string secret_ = "sesame";
    std::vector<Step> steps_;
};

}  // namespace gatepost::imap
