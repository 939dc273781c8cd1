#include "imap/refusal.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "imap/printable.h"

namespace gatepost::imap {
namespace {

// In bytes. Long enough for a sentence with the address of a help page.
constexpr std::size_t max_provider_text = 400;

// RFC 5530 3, RFC 3501 7.1.
constexpr std::array<std::string_view, 4> come_back_later{"UNAVAILABLE", "INUSE", "LIMIT",
                                                          "SERVERBUG"};
constexpr std::array<std::string_view, 4> credentials_judged{
    "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED"};

// Words of providers, in lower case. The NetEase and QQ services call an app password
// "authorization code"; Google says "application-specific password".
constexpr std::array<std::string_view, 8> app_password_words{
    "app password",          "application password", "application-specific password",
    "app-specific password", "app-password",         "application specific password",
    "app specific password", "authorization code"};
constexpr std::array<std::string_view, 10> no_imap_words{
    "imap is disabled",    "imap access is disabled", "imap access disabled",
    "imap is not enabled", "imap not enabled",        "not enabled for imap",
    "imap access is not",  "imap service is not",     "not authorized to use imap",
    "enable imap"};
constexpr std::array<std::string_view, 6> wrong_credentials_words{
    "invalid credentials", "authentication failed", "login failed",
    "invalid user",        "incorrect password",    "wrong password"};
constexpr std::array<std::string_view, 15> later_words{
    "too many",       "simultaneous",  "try again",  "temporar",  "unavailable",
    "internal error", "server error",  "timed out",  "timeout",   "overload",
    "server is busy", "not connected", "rate limit", "throttled", "maintenance"};

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

bool mentions_any(std::string_view text, std::span<const std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    });
}

bool is_any(std::string_view code, std::span<const std::string_view> codes) {
    return std::any_of(codes.begin(), codes.end(),
                       [&](std::string_view one) { return equal_ignoring_case(code, one); });
}

ProblemKind kind_of(const Response& response) {
    const std::string text = lower(response.text);
    if (is_any(response.code, come_back_later)) return ProblemKind::provider_unavailable;
    if (mentions_any(text, app_password_words)) return ProblemKind::app_password_needed;
    const bool wrong = mentions_any(text, wrong_credentials_words);
    // "Invalid credentials or IMAP is disabled" says nothing about IMAP.
    if (!wrong && mentions_any(text, no_imap_words)) return ProblemKind::no_imap;
    if (wrong || is_any(response.code, credentials_judged)) return ProblemKind::sign_in_refused;
    if (mentions_any(text, later_words)) return ProblemKind::provider_unavailable;
    // BAD judges the command and not the credentials; an unknown NO judges them.
    return response.status == Status::bad ? ProblemKind::protocol_violation
                                          : ProblemKind::sign_in_refused;
}

std::string detail_of(ProblemKind kind, const Response& response, AuthMethod method) {
    switch (kind) {
        case ProblemKind::provider_unavailable:
            return "The provider lets nobody in for now; it is tried again later";
        case ProblemKind::app_password_needed:
            return "The provider wants an app password: make one in the provider's account "
                   "settings, and use it instead of the usual password";
        case ProblemKind::no_imap:
            return "IMAP is switched off for this mailbox: switch it on in the provider's settings";
        case ProblemKind::protocol_violation:
            return "The server did not understand the sign-in";
        default:
            break;
    }
    if (equal_ignoring_case(response.code, "EXPIRED")) {
        return "The provider says that the password has expired: set a new one there first";
    }
    if (equal_ignoring_case(response.code, "AUTHORIZATIONFAILED")) {
        return "The provider knows the user, but does not let it use this mailbox";
    }
    return method == AuthMethod::password ? "The provider refused the user name or the password"
                                          : "The provider refused the access token";
}

}  // namespace

Problem sign_in_problem(const Response& response, AuthMethod method) {
    const ProblemKind kind = kind_of(response);
    return with_words_of(response, problem(kind, detail_of(kind, response, method)));
}

Problem bye_problem(const Response& response) {
    return with_words_of(
        response, problem(ProblemKind::provider_unavailable, "The server ended the connection"));
}

Problem with_words_of(const Response& response, Problem problem) {
    std::string words = printable(response.text, max_provider_text);
    if (words.empty()) return problem;
    return std::move(problem).with("provider_text", std::move(words));
}

}  // namespace gatepost::imap
