#include "imap/response.h"

#include <algorithm>
#include <array>

namespace gatepost::imap {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_number(std::string_view word) {
    return !word.empty() &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Cuts the first word off, and the space behind it.
std::string_view take_word(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

/// Where the code's bracket closes: one inside a quoted string does not count.
std::size_t end_of_code(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == '\\' && quoted) ++i;
        if (i < text.size() && text[i] == ']' && !quoted) return i;
    }
    return std::string_view::npos;
}

/// resp-text (RFC 3501 9). A bracket that never closes begins no code: it is text.
void read_text(std::string_view rest, Response& response) {
    response.text = rest;
    if (rest.empty() || rest.front() != '[') return;
    const std::size_t end = end_of_code(rest);
    if (end == std::string_view::npos) return;
    response.arguments = rest.substr(1, end - 1);
    response.code = take_word(response.arguments);
    response.text = rest.substr(end + 1);
    if (!response.text.empty() && response.text.front() == ' ') response.text.remove_prefix(1);
}

}  // namespace

Result<Response> take_apart(std::string_view framed) {
    if (framed.ends_with("\r\n")) framed.remove_suffix(2);
    Response response;
    if (framed == "+" || framed.starts_with("+ ")) {
        response.kind = Response::Kind::continuation;
        response.text = framed.substr(std::min<std::size_t>(2, framed.size()));
        return response;
    }
    std::string_view rest = framed;
    response.tag = take_word(rest);
    std::string_view behind_word = rest;
    const std::string_view word = take_word(behind_word);
    if (const auto status = status_of(word)) {
        response.kind = Response::Kind::status;
        response.status = *status;
        read_text(behind_word, response);
        const bool untagged_only = *status == Status::bye || *status == Status::preauth;
        if (!response.tag.empty() && (response.tag == "*" || !untagged_only)) return response;
    } else if (response.tag == "*" && !word.empty()) {
        if (is_number(word)) response.number = word;
        response.keyword = is_number(word) ? take_word(behind_word) : word;
        response.text = behind_word;
        return response;
    }
    return problem(ProblemKind::protocol_violation, "The server sent what is no IMAP response");
}

std::optional<Status> status_of(std::string_view word) {
    struct Named {
        std::string_view name;
        Status status;
    };
    static constexpr std::array all{Named{"OK", Status::ok}, Named{"NO", Status::no},
                                    Named{"BAD", Status::bad}, Named{"BYE", Status::bye},
                                    Named{"PREAUTH", Status::preauth}};
    for (const Named& named : all) {
        if (equal_ignoring_case(word, named.name)) return named.status;
    }
    return std::nullopt;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace gatepost::imap
