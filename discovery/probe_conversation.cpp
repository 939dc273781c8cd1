#include "discovery/probe_conversation.h"

#include <algorithm>
#include <utility>

namespace gatepost::discovery {
namespace {

// In bytes. The longest greeting seen, which lists its capabilities, is below 1 KiB.
constexpr std::size_t max_line = 8 << 10;
// In bytes, of the whole conversation: a greeting and two answers.
constexpr std::size_t max_total = 3 * max_line;

constexpr std::string_view starttls_tag = "p1";
constexpr std::string_view capability_tag = "p2";

std::string upper_case(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return upper;
}

// Takes what stands before the next space off the front, and the space.
std::string_view take_word(std::string_view& text) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    return word;
}

// "OK" of "* OK ready" and of "p1 OK ready", in upper case.
std::string status_of(std::string_view line) {
    take_word(line);
    return upper_case(take_word(line));
}

bool is_untagged(std::string_view line) {
    return line.starts_with("* ");
}

bool is_tagged(std::string_view line, std::string_view tag) {
    return line.starts_with(tag) && line.substr(tag.size()).starts_with(' ');
}

Capabilities words_of(std::string_view list) {
    Capabilities capabilities;
    while (!list.empty()) {
        const std::string_view word = take_word(list);
        if (!word.empty()) capabilities.push_back(upper_case(word));
    }
    return capabilities;
}

bool has(const Capabilities& capabilities, std::string_view capability) {
    return std::ranges::find(capabilities, capability) != capabilities.end();
}

}  // namespace

std::vector<AuthMethod> offered_auth(const Capabilities& capabilities) {
    std::vector<AuthMethod> auth;
    // RFC 3501 7.2.1: the command LOGIN works unless it is said not to.
    if (has(capabilities, "AUTH=PLAIN") || has(capabilities, "AUTH=LOGIN") ||
        !has(capabilities, "LOGINDISABLED")) {
        auth.push_back(AuthMethod::password);
    }
    if (has(capabilities, "AUTH=XOAUTH2")) auth.push_back(AuthMethod::xoauth2);
    if (has(capabilities, "AUTH=OAUTHBEARER")) auth.push_back(AuthMethod::oauthbearer);
    return auth;
}

ProbeConversation::ProbeConversation(std::string host, Security security)
    : host_(std::move(host)), security_(security) {}

ProbeConversation::Action ProbeConversation::start() {
    if (security_ == Security::tls) return StartTls{};
    return Receive{};
}

ProbeConversation::Action ProbeConversation::tls_started() {
    secure_ = true;
    told_.reset();
    if (step_ == Step::greeting) return Receive{};
    return ask_capability();
}

ProbeConversation::Action ProbeConversation::resume(std::string_view received) {
    total_ += received.size();
    if (total_ > max_total) return violation("says too much");
    buffer_ += received;
    for (;;) {
        auto line = cut_line();
        if (!line) return std::move(line).error();
        if (!*line) return Receive{};
        if (auto action = decide(**line)) return std::move(*action);
    }
}

Result<std::optional<std::string>> ProbeConversation::cut_line() {
    const std::size_t end = buffer_.find('\n');
    const std::size_t size = end == std::string::npos ? buffer_.size() : end + 1;
    if (size > max_line) return violation("sends a line that is too long");
    if (end == std::string::npos) return std::optional<std::string>();
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, size);
    if (!line.ends_with('\r')) return violation("sends something that is no IMAP");
    line.pop_back();
    if (line.find_first_of(std::string_view("\r\0", 2)) != std::string::npos) {
        return violation("sends something that is no IMAP");
    }
    return std::optional(std::move(line));
}

std::optional<ProbeConversation::Action> ProbeConversation::decide(std::string_view line) {
    if (is_untagged(line) && status_of(line) == "BYE") {
        return problem(ProblemKind::provider_unavailable,
                       host_ + " greets and says goodbye at once. Try again later.")
            .with("host", host_);
    }
    switch (step_) {
        case Step::greeting:
            return on_greeting(line);
        case Step::starttls:
            return on_starttls(line);
        case Step::capability:
            break;
    }
    return on_capability(line);
}

std::optional<ProbeConversation::Action> ProbeConversation::on_greeting(std::string_view line) {
    if (!is_untagged(line)) return violation("does not greet as an IMAP server does");
    const std::string status = status_of(line);
    if (status == "PREAUTH") {
        // In the clear it is how STARTTLS is prevented; under TLS it is somebody else's session.
        return violation("says that somebody has signed in already");
    }
    if (status != "OK") return violation("does not greet as an IMAP server does");
    learn(line);
    if (secure_) return told_ ? done() : ask_capability();
    if (told_ && !has(*told_, "STARTTLS")) {
        return no_tls("does not offer STARTTLS", "starttls_unavailable");
    }
    step_ = Step::starttls;
    return Send{std::string(starttls_tag) + " STARTTLS\r\n"};
}

std::optional<ProbeConversation::Action> ProbeConversation::on_starttls(std::string_view line) {
    // Nothing that is said in the clear is believed.
    if (is_untagged(line)) return std::nullopt;
    if (!is_tagged(line, starttls_tag)) return violation("sends something that is no IMAP");
    if (status_of(line) != "OK") return no_tls("refuses STARTTLS", "starttls_refused");
    // What came in the clear would be read as if it had come under TLS.
    if (!buffer_.empty()) {
        return no_tls("sends more in the clear behind the answer to STARTTLS",
                      "starttls_injection");
    }
    step_ = Step::capability;
    return StartTls{};
}

ProbeConversation::Action ProbeConversation::ask_capability() {
    step_ = Step::capability;
    return Send{std::string(capability_tag) + " CAPABILITY\r\n"};
}

std::optional<ProbeConversation::Action> ProbeConversation::on_capability(std::string_view line) {
    if (is_untagged(line)) {
        learn(line);
        return std::nullopt;
    }
    if (!is_tagged(line, capability_tag)) return violation("sends something that is no IMAP");
    if (status_of(line) != "OK") return violation("refuses CAPABILITY");
    learn(line);
    return done();
}

ProbeConversation::Action ProbeConversation::done() {
    if (!told_ || (!has(*told_, "IMAP4REV1") && !has(*told_, "IMAP4REV2"))) {
        return violation("does not speak IMAP4rev1");
    }
    return Done{std::move(*told_)};
}

// From "* CAPABILITY IMAP4rev1 …", or the code of "* OK [CAPABILITY IMAP4rev1 …] ready".
void ProbeConversation::learn(std::string_view line) {
    take_word(line);
    const std::string word = upper_case(take_word(line));
    if (word == "OK") {
        if (!line.starts_with('[') || line.find(']') == std::string_view::npos) return;
        line = line.substr(1, line.find(']') - 1);
        if (upper_case(take_word(line)) != "CAPABILITY") return;
    } else if (word != "CAPABILITY") {
        return;
    }
    told_ = words_of(line);
}

Problem ProbeConversation::violation(std::string_view what) const {
    return problem(ProblemKind::protocol_violation, host_ + " " + std::string(what) + ".")
        .with("host", host_);
}

Problem ProbeConversation::no_tls(std::string_view what, std::string reason) const {
    return problem(ProblemKind::tls_failed,
                   host_ + " " + std::string(what) +
                       ", and without TLS the password would be readable on the way.")
        .with("reason", std::move(reason))
        .with("host", host_);
}

}  // namespace gatepost::discovery
