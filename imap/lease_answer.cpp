#include "imap/lease_answer.h"

#include <algorithm>

namespace gatepost::imap {
namespace {

constexpr std::size_t max_reason = 400;  // a line that people read; RFC 2683 3.2.1.5 wants < 1000

std::string_view code_of(ProblemKind kind) {
    if (is_refusal(kind) || kind == ProblemKind::unknown_account) return "AUTHENTICATIONFAILED";
    if (kind == ProblemKind::overloaded) return "INUSE";
    return "UNAVAILABLE";
}

// RFC 3501 9, "text": one line of printable ASCII.
std::string one_line(std::string_view text) {
    std::string line(text.substr(0, max_reason));
    std::ranges::replace_if(
        line, [](char c) { return c == '\r' || c == '\n' || c == '\t'; }, ' ');
    std::ranges::replace_if(
        line, [](char c) { return c < ' ' || c > '~'; }, '?');
    return line.empty() ? "No reason is known." : line;
}

}  // namespace

std::string signed_in_answer(std::string_view tag, std::string_view capabilities) {
    std::string answer(tag);
    answer.append(" OK [CAPABILITY ").append(capabilities).append("] Signed in\r\n");
    return answer;
}

std::string turned_away_answer(std::string_view tag, const Problem& reason) {
    std::string answer(tag);
    answer.append(" NO [").append(code_of(reason.kind)).append("] ");
    return answer + one_line(reason.detail) + "\r\n";
}

std::string bye_line(std::string_view reason) {
    return "* BYE " + one_line(reason) + "\r\n";
}

}  // namespace gatepost::imap
