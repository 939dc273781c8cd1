#include "daemon/imap_login.h"

#include <algorithm>

#include "daemon/imap_command.h"
#include "imap/base64.h"
#include "imap/lease_answer.h"
#include "imap/response.h"

namespace gatepost::daemon {
namespace {

using Reading = ImapCommand::Reading;

// A line of 8 KiB (RFC 7162 4), or a LOGIN with two literals.
constexpr std::size_t max_command_bytes = 9 * 1024;
constexpr std::size_t receive_bytes = 512;  // a sign-in is one short line
constexpr std::size_t max_mistakes = 10;    // no client that knows what it does makes more

constexpr std::string_view capability = "CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN";

/// Of SASL PLAIN's message: the authorization identity, else the authentication identity (RFC
/// 4616).
std::optional<std::string> account_of(std::string_view response) {
    auto message = imap::decode_base64(response == "=" ? "" : response);
    if (!message) return std::nullopt;
    std::optional<std::string> account;
    const std::size_t first = message->find('\0');
    const std::size_t second = first == std::string::npos ? first : message->find('\0', first + 1);
    if (second != std::string::npos) {
        account =
            first > 0 ? message->substr(0, first) : message->substr(first + 1, second - first - 1);
    }
    wipe(*message);
    return account;
}

std::string line(std::string_view tag, std::string_view text) {
    std::string line(tag);
    return line.append(" ").append(text).append("\r\n");
}

}  // namespace

std::string_view ImapLogin::greeting() {
    return "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] Gatepost ready\r\n";
}

std::string ImapLogin::bye(std::string_view reason) {
    return imap::bye_line(reason);
}

std::span<char> ImapLogin::room() {
    buffer_.resize(filled_ + receive_bytes);
    return std::span(buffer_).subspan(filled_);
}

/// Moves what follows to the front, and wipes where it was.
void ImapLogin::consume(std::size_t bytes) {
    std::move(buffer_.data() + bytes, buffer_.data() + filled_, buffer_.data());
    filled_ -= bytes;
    wipe(buffer_.data() + filled_, bytes);
}

ImapLogin::Action ImapLogin::refuse(std::string_view tag, std::string_view why) {
    if (++mistakes_ > max_mistakes) return Close{bye("Too many mistakes")};
    return Send{line(tag, "BAD " + std::string(why))};
}

std::string ImapLogin::turned_away(const Problem& problem) {
    return imap::turned_away_answer(tag_, problem);
}

ImapLogin::Action ImapLogin::resume() {
    if (waits_for_response_) return answer_line();
    const ImapCommand command = read_command({buffer_.data(), filled_});
    switch (command.reading) {
        case Reading::awaits_go_ahead:
            if (announced_ < command.literals) {
                announced_ = command.literals;
                return Send{"+ Go ahead\r\n"};
            }
            [[fallthrough]];
        case Reading::incomplete:
            if (filled_ >= max_command_bytes) return Close{bye("The command is too long")};
            return Receive{};
        case Reading::hopeless:
            return Close{bye("A literal cannot be read")};
        case Reading::mistake:
        case Reading::complete:
            break;
    }
    announced_ = 0;
    tag_ = command.tag;
    Action action = answer_to(command);
    consume(command.size);
    return action;
}

ImapLogin::Action ImapLogin::answer_to(const ImapCommand& command) {
    if (command.reading == Reading::mistake) return refuse(tag_, command.why);
    if (command.name == "LOGIN") return Lease{command.user, tag_};
    if (command.name == "AUTHENTICATE") return authenticate(command.arguments);
    if (!command.arguments.empty()) return refuse(tag_, "Sign in first: LOGIN ACCOUNT ANYTHING");
    if (command.name == "CAPABILITY") {
        return Send{line("*", capability) + line(tag_, "OK These are they")};
    }
    if (command.name == "NOOP") return Send{line(tag_, "OK Nothing done")};
    if (command.name == "LOGOUT") return Close{bye("Good bye") + line(tag_, "OK Logged out")};
    return refuse(tag_, "Sign in first: LOGIN ACCOUNT ANYTHING");
}

/// AUTHENTICATE's arguments: the mechanism, and an initial response perhaps (RFC 4959).
ImapLogin::Action ImapLogin::authenticate(std::string_view arguments) {
    const std::size_t blank = arguments.find(' ');
    if (!imap::equal_ignoring_case(arguments.substr(0, blank), "PLAIN")) {
        return Send{line(tag_, "NO Only PLAIN is known here")};
    }
    if (blank != std::string_view::npos) return sign_in_by(arguments.substr(blank + 1));
    waits_for_response_ = true;
    return Send{"+ \r\n"};
}

ImapLogin::Action ImapLogin::answer_line() {
    const std::string_view bytes(buffer_.data(), filled_);
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
        if (filled_ >= max_command_bytes) return Close{bye("The response is too long")};
        return Receive{};
    }
    waits_for_response_ = false;
    std::string_view response = bytes.substr(0, end);
    if (response.ends_with('\r')) response.remove_suffix(1);
    Action action = response == "*" ? refuse(tag_, "Cancelled") : sign_in_by(response);
    consume(end + 1);
    return action;
}

ImapLogin::Action ImapLogin::sign_in_by(std::string_view response) {
    auto account = account_of(response);
    if (!account) return refuse(tag_, "The response is not PLAIN's");
    return Lease{std::move(*account), tag_};
}

}  // namespace gatepost::daemon
