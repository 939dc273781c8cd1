#include "imap/sign_in.h"

#include <algorithm>

#include "imap/base64.h"
#include "imap/etpan_parser.h"
#include "imap/guard.h"
#include "imap/printable.h"
#include "imap/refusal.h"

namespace gatepost::imap {
namespace {

// In bytes: RFC 7628's error is a small JSON object.
constexpr std::size_t max_error = 400;

Problem violation(std::string detail) {
    return problem(ProblemKind::protocol_violation, std::move(detail));
}

Problem tls_refused(std::string detail, std::string reason) {
    return problem(ProblemKind::tls_failed, std::move(detail)).with("reason", std::move(reason));
}

SignInDialogue::Action send(std::string_view bytes) {
    return SignInDialogue::Send{Secret::copy_of(bytes)};
}

bool is_tagged(const Response& response) {
    return response.kind == Response::Kind::status && response.tag != "*";
}

}  // namespace

SignInDialogue::SignInDialogue(const Settings& settings, Credential credential)
    : settings_(settings), credential_(std::move(credential)) {}

SignInDialogue::Action SignInDialogue::start() {
    if (settings_.security == Security::tls) return StartTls{};
    return Receive{};
}

SignInDialogue::Action SignInDialogue::tls_started() {
    secure_ = true;
    capabilities_.clear();
    told_ = false;
    if (step_ == Step::greeting) return Receive{};
    return ask_capability();
}

SignInDialogue::Action SignInDialogue::resume(std::string_view response, bool more_received) {
    const auto parsed = take_apart(response);
    if (!parsed) return parsed.error();
    Action action = decide(*parsed, more_received);
    auto* failed = std::get_if<Problem>(&action);
    if (failed == nullptr) return action;
    // Before TLS anybody may have said it, and a server may quote what it was sent.
    const bool telltale = reveals_secret(response, mechanism_, settings_, credential_) ||
                          reveals_secret(error_, mechanism_, settings_, credential_);
    if (!secure_ || telltale) {
        std::erase_if(failed->facts, [](const auto& fact) {
            return fact.first == "provider_text" || fact.first == "provider_error";
        });
    }
    return action;
}

SignInDialogue::Action SignInDialogue::decide(const Response& response, bool more_received) {
    if (response.kind == Response::Kind::status && response.status == Status::bye) {
        return bye_problem(response);
    }
    if (is_tagged(response) && !answers(response)) {
        return violation("The server answered a command that was not sent");
    }
    if (auto learnt = learn(response); !learnt) return std::move(learnt).error();
    switch (step_) {
        case Step::greeting:
            return on_greeting(response);
        case Step::starttls:
            return on_starttls(response, more_received);
        case Step::capability:
            return on_capability(response);
        case Step::credential:
            return on_credential(response);
        case Step::finish:
            break;
    }
    return on_finish(response);
}

SignInDialogue::Action SignInDialogue::on_greeting(const Response& response) {
    if (response.kind != Response::Kind::status || response.tag != "*") {
        return violation("The server did not greet");
    }
    if (response.status == Status::preauth) {
        // In the clear it is how STARTTLS is prevented; under TLS it is somebody else's session.
        return violation("The server says that somebody has signed in already");
    }
    if (response.status != Status::ok) return violation("The server greeted with an error");
    if (!secure_) return ask_starttls();
    return told_ ? send_credential() : ask_capability();
}

SignInDialogue::Action SignInDialogue::ask_starttls() {
    if (told_ && !has(capabilities_, "STARTTLS")) {
        return tls_refused(
            "The server does not offer STARTTLS on this port, and without it the "
            "password would be readable on the way",
            "starttls_unavailable");
    }
    step_ = Step::starttls;
    return send(open_tag() + " STARTTLS\r\n");
}

SignInDialogue::Action SignInDialogue::on_starttls(const Response& response, bool more_received) {
    // Nothing that is said in the clear is believed.
    if (response.untagged()) return Receive{};
    if (!is_tagged(response) || response.status != Status::ok) {
        return tls_refused("The server refused STARTTLS", "starttls_refused");
    }
    // CVE-2020-15953: what came in the clear would be read as if it had come under TLS.
    if (more_received) {
        return tls_refused(
            "The server, or somebody on the way to it, sent more in the clear behind "
            "the answer to STARTTLS",
            "starttls_injection");
    }
    open_tags_.clear();
    step_ = Step::capability;
    return StartTls{};
}

SignInDialogue::Action SignInDialogue::ask_capability() {
    step_ = Step::capability;
    return send(open_tag() + " CAPABILITY\r\n");
}

SignInDialogue::Action SignInDialogue::on_capability(const Response& response) {
    if (!is_tagged(response)) return receive_unless_challenged(response);
    open_tags_.clear();
    if (response.status != Status::ok) return violation("The server refused CAPABILITY");
    return send_credential();
}

SignInDialogue::Action SignInDialogue::send_credential() {
    if (!has(capabilities_, "IMAP4REV1") && !has(capabilities_, "IMAP4REV2")) {
        return violation("The server does not speak IMAP4rev1");
    }
    const auto mechanism = choose_mechanism(capabilities_, settings_, credential_);
    if (!mechanism) return mechanism.error();
    mechanism_ = *mechanism;
    parts_ = sign_in_command(mechanism_, capabilities_, open_tag(), settings_, credential_);
    std::reverse(parts_.begin(), parts_.end());
    step_ = Step::credential;
    told_ = false;
    Send first{std::move(parts_.back())};
    parts_.pop_back();
    return first;
}

SignInDialogue::Action SignInDialogue::on_credential(const Response& response) {
    if (response.kind == Response::Kind::continuation) return on_challenge(response);
    if (!is_tagged(response)) return Receive{};
    open_tags_.clear();
    if (response.status != Status::ok) {
        Problem refused = sign_in_problem(response, credential_.method);
        if (error_.empty()) return refused;
        return std::move(refused).with("provider_error", error_);
    }
    if (!parts_.empty()) return violation("The server accepted credentials before it had them");
    step_ = Step::finish;
    return finish();
}

SignInDialogue::Action SignInDialogue::on_challenge(const Response& response) {
    if (!parts_.empty()) {
        Send next{std::move(parts_.back())};
        parts_.pop_back();
        return next;
    }
    const std::string_view answer = answer_to_error_challenge(mechanism_);
    if (answer.empty() || !error_.empty()) {
        return violation("The server asked for more than the sign-in has");
    }
    error_ = printable(decode_base64(response.text).value_or("unreadable"), max_error);
    if (error_.empty()) error_ = "empty";
    return send(answer);
}

SignInDialogue::Action SignInDialogue::finish() {
    std::string commands;
    if (!told_) {
        commands += open_tag() + " CAPABILITY\r\n";
    }
    if (!identified_ && has(capabilities_, "ID")) {
        identified_ = true;
        commands += open_tag() + " ID (\"name\" \"Gatepost\")\r\n";
    }
    if (commands.empty()) return Ready{std::move(capabilities_)};
    if (!told_) capabilities_.clear();
    // Asked once: a server that answers without a list has none.
    told_ = true;
    return send(commands);
}

SignInDialogue::Action SignInDialogue::on_finish(const Response& response) {
    if (!is_tagged(response)) return receive_unless_challenged(response);
    std::erase(open_tags_, response.tag);
    // What became of ID concerns nobody, and a server that refuses CAPABILITY has none.
    if (!open_tags_.empty()) return Receive{};
    return finish();
}

SignInDialogue::Action SignInDialogue::receive_unless_challenged(const Response& response) {
    if (response.kind == Response::Kind::continuation) {
        return violation("The server asked to be sent more when nothing was left to send");
    }
    return Receive{};
}

Result<void> SignInDialogue::learn(const Response& response) {
    const bool data = response.kind == Response::Kind::data &&
                      equal_ignoring_case(response.keyword, "CAPABILITY");
    const bool code = response.kind == Response::Kind::status && response.status == Status::ok &&
                      equal_ignoring_case(response.code, "CAPABILITY");
    if (!data && !code) return {};
    EtpanParser parser;
    auto listed =
        parser.capabilities(admit_capabilities(data ? response.text : response.arguments));
    if (!listed) return std::move(listed).error();
    capabilities_ = std::move(*listed);
    told_ = true;
    return {};
}

bool SignInDialogue::answers(const Response& response) const {
    return std::find(open_tags_.begin(), open_tags_.end(), response.tag) != open_tags_.end();
}

std::string SignInDialogue::open_tag() {
    return open_tags_.emplace_back("G" + std::to_string(++last_tag_));
}

}  // namespace gatepost::imap
