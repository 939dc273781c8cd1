// What a provider says while somebody signs in, framed as the session frames it. The first byte
// says how much arrives at once, the second one whether TLS is there from the start, and with what
// the sign-in is tried.
#include "imap/framer.h"
#include "imap/sign_in.h"
#include "tests/fuzz/fuzz_target.h"

using gatepost::AuthMethod;
using gatepost::Problem;
using gatepost::Secret;
using gatepost::Security;
using gatepost::Settings;
using gatepost::fuzz::require;
using namespace gatepost::imap;

namespace {

constexpr std::string_view secret = "marked-secret";

Settings settings_of(Security security) {
    Settings settings;
    settings.host = "imap.example.com";
    settings.security = security;
    settings.username = "alice@example.com";
    return settings;
}

class Provider {
  public:
    Provider(std::string_view input, Security security, AuthMethod method)
        : settings_(settings_of(security)),
          method_(method),
          dialogue_(settings_, {method, Secret::copy_of(secret)}),
          left_(input) {}

    void play(std::size_t step) {
        SignInDialogue::Action action = dialogue_.start();
        for (;;) {
            if (std::holds_alternative<SignInDialogue::StartTls>(action)) {
                require(!secure_, "TLS is started once");
                secure_ = true;
                action = dialogue_.tls_started();
                continue;
            }
            if (const auto* send = std::get_if<SignInDialogue::Send>(&action)) {
                hear(send->bytes.reveal());
                framer_.begin(sign_in_limits);
            } else if (!std::holds_alternative<SignInDialogue::Receive>(action)) {
                return end(action);
            }
            const auto response = receive(step);
            if (!response) return;
            action = dialogue_.resume(*response, !framer_.empty());
        }
    }

  private:
    std::optional<std::string> receive(std::size_t step) {
        for (;;) {
            const auto response = framer_.next();
            if (!response) return std::nullopt;
            if (*response) return **response;
            if (left_.empty()) return std::nullopt;
            const std::string_view some = left_.substr(0, step);
            left_.remove_prefix(some.size());
            framer_.append(some);
        }
    }

    void hear(std::string_view sent) {
        const bool is_harmless =
            sent.ends_with(" STARTTLS\r\n") || sent.ends_with(" CAPABILITY\r\n");
        require(secure_ || is_harmless, "nothing of the user is sent in the clear");
        require(sent.ends_with("\r\n"), "whole lines are sent");
        const bool is_login = sent.find(" LOGIN ") != std::string_view::npos ||
                              sent.find(" PLAIN") != std::string_view::npos;
        require(!is_login || method_ == AuthMethod::password, "a token is no password");
        require(++sent_ <= 8, "a sign-in is short, whatever the provider says");
    }

    void end(const SignInDialogue::Action& action) const {
        const auto* problem = std::get_if<Problem>(&action);
        require(problem != nullptr || secure_, "nobody is signed in without TLS");
        if (problem == nullptr) return;
        for (const auto& [name, value] : problem->facts) {
            require(value.find(secret) == std::string::npos, "no fact has the secret");
            require(secure_ || name != "provider_text", "words in the clear are not passed on");
        }
    }

    Settings settings_;
    AuthMethod method_;
    SignInDialogue dialogue_;
    Framer framer_{greeting_limits};
    std::string_view left_;
    bool secure_ = false;
    int sent_ = 0;
};

}  // namespace

FUZZ_TARGET(imap_sign_in) {
    if (input.size() < 2) return;
    const auto step = static_cast<unsigned char>(input[0]);
    const auto choice = static_cast<unsigned char>(input[1]);
    const Security security = choice % 2 == 0 ? Security::tls : Security::starttls;
    constexpr AuthMethod methods[] = {AuthMethod::password, AuthMethod::xoauth2,
                                      AuthMethod::oauthbearer};
    Provider(input.substr(2), security, methods[choice / 2 % 3]).play(step + 1U);
}
