#include "cli/imap_login.h"

#include <algorithm>
#include <array>

namespace gatepost::cli {
namespace {

constexpr std::string_view tag = "gatepost ";

// The daemon's longest line is its OK with the provider's capabilities, a few hundred bytes.
constexpr std::size_t max_line_bytes = 16 * 1024;

Problem broken() {
    return problem(ProblemKind::protocol_violation,
                   "imap.sock does not answer as gatepostd does. Look at the daemon's log.");
}

Problem closed() {
    return problem(ProblemKind::cannot_connect,
                   "The daemon closed the connection before it answered. Look at its log.");
}

// RFC 3501 `quoted`. CR, LF and NUL have no quoted form; no account has them in its name.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

bool has_no_quoted_form(char c) {
    return c == '\r' || c == '\n' || c == '\0';
}

bool begins_with(std::string_view text, std::string_view beginning) {
    return std::ranges::equal(text.substr(0, beginning.size()), beginning, [](char a, char b) {
        return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b;
    });
}

// "[UNAVAILABLE] words" → {"UNAVAILABLE", "words"} (RFC 5530).
std::pair<std::string_view, std::string_view> code_and_words(std::string_view text) {
    const std::size_t end = text.find(']');
    if (!text.starts_with('[') || end == std::string_view::npos) return {{}, text};
    std::string_view words = text.substr(end + 1);
    if (words.starts_with(' ')) words.remove_prefix(1);
    return {text.substr(1, end - 1), words};
}

ProblemKind kind_of(std::string_view code) {
    if (code == "AUTHENTICATIONFAILED") return ProblemKind::sign_in_refused;
    if (code == "UNAVAILABLE") return ProblemKind::provider_unavailable;
    return ProblemKind::unknown_account;
}

}  // namespace

ImapLogin::Action ImapLogin::resume(std::string_view received) {
    if (std::ranges::any_of(account_, has_no_quoted_form)) return refusal("This is no account.");
    if (received.empty()) return closed();
    received_ += received;
    while (true) {
        const std::size_t end = received_.find("\r\n");
        if (std::min(end, received_.size()) > max_line_bytes) return broken();
        if (end == std::string::npos) return ReadMore{};
        const std::string line = received_.substr(0, end);
        received_.erase(0, end + 2);
        Action action = on_line(line);
        if (!std::holds_alternative<ReadMore>(action)) return action;
    }
}

ImapLogin::Action ImapLogin::on_line(std::string_view line) {
    if (!greeted_) return on_greeting(line);
    if (line.starts_with(tag)) return on_answer(line.substr(tag.size()));
    if (begins_with(line, "* BYE ")) return refusal(line.substr(6));
    return line.starts_with("* ") ? Action(ReadMore{}) : Action(broken());
}

ImapLogin::Action ImapLogin::on_greeting(std::string_view line) {
    if (begins_with(line, "* BYE ")) return refusal(line.substr(6));
    if (!begins_with(line, "* OK ")) return broken();
    greeted_ = true;
    return Send{std::string(tag) + "LOGIN " + quoted(account_) + " \"x\"\r\n"};
}

ImapLogin::Action ImapLogin::on_answer(std::string_view line) {
    if (begins_with(line, "OK ")) {
        return SignedIn{"* PREAUTH " + std::string(line.substr(3)) + "\r\n" + std::move(received_)};
    }
    if (begins_with(line, "NO ")) return refusal(line.substr(3));
    if (begins_with(line, "BAD ")) return refusal(line.substr(4));
    return broken();
}

Problem ImapLogin::refusal(std::string_view text) const {
    const auto [code, words] = code_and_words(text);
    return problem(kind_of(code), account_ + ": " + std::string(words));
}

}  // namespace gatepost::cli
