#include "imap/relay_scanner.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "imap/relay_commands.h"

namespace gatepost::imap {
namespace {

constexpr std::size_t max_client_line = 64 * 1024;  // what Dovecot takes; longer lines are literals
constexpr std::size_t max_head = 160;          // a tag and a command name; real ones have 20 bytes
constexpr std::size_t max_open_commands = 64;  // pipelined; the client waits for answers beyond it
constexpr int max_literal_digits = 10;         // RFC 3501 has 32 bits; 10 digits cannot overflow 64

// "{4294967295+}" has 14 bytes: only a line's last ones can announce a literal.
constexpr std::size_t mark_bytes = 16;

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

// RFC 3501 9, "tag": any ASTRING-CHAR except "+".
bool is_tag(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return c > ' ' && c < 127 &&
               std::string_view("(){%*\"\\+").find(c) == std::string_view::npos;
    });
}

bool is_completion(std::string_view status) {
    return status == "OK" || status == "NO" || status == "BAD";
}

// Letters, and what extensions' names have: nothing that could begin a literal or a string.
bool is_command_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
    });
}

// Text for humans follows these, and no literal.
bool is_status(std::string_view word) {
    return is_completion(word) || word == "BYE" || word == "PREAUTH";
}

// The first word, and the second one in upper case.
std::pair<std::string_view, std::string> two_words(std::string_view head) {
    const std::size_t first = std::min(head.find(' '), head.size());
    std::string_view rest = head.substr(std::min(first + 1, head.size()));
    return {head.substr(0, first), upper(rest.substr(0, rest.find(' ')))};
}

}  // namespace

void LiteralMark::feed(char c) {
    const bool in_number = place_ == Place::opened || place_ == Place::digits;
    if (c == '{') {
        *this = LiteralMark();
        place_ = Place::opened;
    } else if (in_number && c >= '0' && c <= '9' && digits_ < max_literal_digits) {
        place_ = Place::digits;
        size_ = size_ * 10 + static_cast<std::uint64_t>(c - '0');
        ++digits_;
    } else if (place_ == Place::digits && (c == '+' || c == '-')) {
        place_ = Place::sign;
        non_synchronizing_ = true;
    } else if ((place_ == Place::digits || place_ == Place::sign) && c == '}') {
        place_ = Place::closed;
    } else {
        place_ = Place::outside;
    }
}

RelayScanner::RelayScanner(std::string capabilities) : capabilities_(std::move(capabilities)) {}

bool RelayScanner::client_at_line_start() const {
    return client_place_ == ClientPlace::head && head_.empty() && !after_cr_;
}

bool RelayScanner::at_provider_line_start() const {
    return provider_place_ == ProviderPlace::head && provider_head_.empty();
}

bool RelayScanner::is_returnable() const {
    return (end_ == End::none || end_ == End::logged_out) && client_at_line_start() && !in_idle_ &&
           wait_ == Wait::nothing && open_.empty() && at_provider_line_start() && !tainted_ &&
           !altered_ && !provider_said_bye_ && broken_.empty();
}

// ---- The client's direction.

bool RelayScanner::client_waits() const {
    return end_ != End::none || !broken_.empty() || wait_ != Wait::nothing ||
           (open_.size() >= max_open_commands && client_at_line_start());
}

std::size_t RelayScanner::from_client(std::string_view bytes, std::string& to_provider) {
    std::size_t taken = 0;
    while (taken < bytes.size() && !client_waits()) {
        if (client_place_ != ClientPlace::literal) {
            client_byte(bytes[taken++], to_provider);
            continue;
        }
        const auto part = static_cast<std::size_t>(
            std::min<std::uint64_t>(client_literal_, bytes.size() - taken));
        if (fate_ == Fate::passed) to_provider.append(bytes.substr(taken, part));
        taken += part;
        client_literal_ -= part;
        if (client_literal_ == 0) client_place_ = ClientPlace::line;
    }
    return taken;
}

bool RelayScanner::client_ended(std::string& to_provider) {
    if (!client_at_line_start() || end_ != End::none || !broken_.empty()) return false;
    if (in_idle_) {
        to_provider += "DONE\r\n";
        in_idle_ = false;
    }
    return !tainted_ && !altered_ && !provider_said_bye_ && wait_ != Wait::continuation;
}

// One byte of a line. What leaves here always ends with CR LF, so that the provider sees the same
// lines as the scanner.
void RelayScanner::client_byte(char c, std::string& to_provider) {
    if (c == '\n') {
        after_cr_ = false;
        line_bytes_ = 0;
        return end_client_line(to_provider);
    }
    if (after_cr_) return client_breaks("a CR without LF");
    if (c == '\r') {
        after_cr_ = true;
        return;
    }
    if (c == '\0') return client_breaks("a NUL");
    if (++line_bytes_ > max_client_line) return client_breaks("a line that is too long");
    if (client_place_ == ClientPlace::head) return client_head_byte(c, to_provider);
    client_mark_.feed(c);
    if (fate_ == Fate::passed || fate_ == Fate::idle) to_provider += c;
    if (fate_ == Fate::passed) look_for_outlasting_words(c);
}

// In strings too, where they cost a session for nothing: mailboxes are seldom named like that.
void RelayScanner::look_for_outlasting_words(char c) {
    const bool is_letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
    if (!is_letter) {
        altered_ = altered_ || outlasts_the_lease(word_);
        word_.clear();
    } else if (word_.size() <= max_outlasting_word) {
        word_ += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
}

void RelayScanner::client_head_byte(char c, std::string& to_provider) {
    const bool ends_name = c == ' ' && head_.find(' ') != std::string::npos;
    if (!ends_name) {
        head_ += c;
        if (head_.size() > max_head) client_breaks("a command that is too long");
        return;
    }
    begin_command(to_provider);
    if (broken_.empty() && (fate_ == Fate::passed || fate_ == Fate::idle)) to_provider += c;
}

// Tag and name are known.
void RelayScanner::begin_command(std::string& to_provider) {
    auto [tag, name] = two_words(head_);
    if (in_idle_) return client_breaks("another command instead of DONE");
    if (!is_tag(tag)) return client_breaks("a command without a tag");
    if (!is_command_name(name)) return client_breaks("a command without a name");
    if (std::ranges::find(open_, tag, &OpenCommand::tag) != open_.end()) {
        return client_breaks("a tag that is still in use");
    }
    tag_ = tag;
    name_ = std::move(name);
    fate_ = name_ == "IDLE"                    ? Fate::idle
            : name_ == "CAPABILITY"            ? Fate::capability
            : name_ == "LOGOUT"                ? Fate::logout
            : is_unavailable_in_a_lease(name_) ? Fate::unavailable
                                               : Fate::passed;
    if (fate_ == Fate::passed || fate_ == Fate::idle) {
        to_provider += head_;
        open_.push_back({tag_, false});
        may_have_selected_ = may_have_selected_ || name_ == "SELECT" || name_ == "EXAMINE";
    }
    client_mark_.reset();
    client_place_ = ClientPlace::line;
    head_.clear();
}

void RelayScanner::end_client_line(std::string& to_provider) {
    if (client_place_ == ClientPlace::head) {
        // Without a second space: a command without arguments, or no command at all.
        if (head_.find(' ') == std::string::npos) return end_bare_line(to_provider);
        begin_command(to_provider);
        if (!broken_.empty()) return;
    }
    look_for_outlasting_words('\n');
    const bool passed = fate_ == Fate::passed || fate_ == Fate::idle;
    if (passed) to_provider += "\r\n";
    if (!client_mark_.is_complete()) return end_of_command();
    const LiteralMark mark = std::exchange(client_mark_, {});
    if (mark.is_non_synchronizing() || !passed) {
        // A command of ours that asks for leave to send a literal is answered instead.
        if (!mark.is_non_synchronizing()) return end_of_command();
        // Not there, when the provider has answered the command before its end.
        const auto command = std::ranges::find(open_, tag_, &OpenCommand::tag);
        if (command != open_.end()) command->had_unasked_literal = true;
    } else {
        wait_ = Wait::continuation;
    }
    client_literal_ = mark.size();
    client_place_ = client_literal_ > 0 ? ClientPlace::literal : ClientPlace::line;
    if (fate_ == Fate::idle)
        fate_ = Fate::passed;  // IDLE has no arguments: the provider will say so
}

// A line of one word or none.
void RelayScanner::end_bare_line(std::string& to_provider) {
    const std::string word = std::exchange(head_, {});
    if (upper(word) == "DONE") {
        // Without IDLE it belongs to one that the provider has ended by itself meanwhile.
        if (in_idle_) to_provider += "DONE\r\n";
        in_idle_ = false;
    } else if (in_idle_ || !word.empty()) {
        client_breaks("a line that is no command");
    }
}

void RelayScanner::end_of_command() {
    client_place_ = ClientPlace::head;
    if (fate_ == Fate::passed) return;
    if (fate_ == Fate::idle) {
        in_idle_ = true;
        idle_tag_ = tag_;
    } else {
        wait_ = Wait::our_turn;
    }
}

void RelayScanner::client_breaks(std::string reason) {
    broken_ = std::move(reason);
}

// ---- The provider's direction.

std::size_t RelayScanner::from_provider(std::string_view bytes) {
    std::size_t passed = 0;
    while (passed < bytes.size() && end_ == End::none && !answer_is_due()) {
        if (provider_place_ != ProviderPlace::literal) {
            passed += provider_line(bytes.substr(passed));
            continue;
        }
        const auto part = static_cast<std::size_t>(
            std::min<std::uint64_t>(provider_literal_, bytes.size() - passed));
        passed += part;
        provider_literal_ -= part;
        if (provider_literal_ == 0) provider_place_ = ProviderPlace::line;
    }
    return passed;
}

// Up to the end of the line or of the bytes. Returns how many that were.
std::size_t RelayScanner::provider_line(std::string_view bytes) {
    const std::size_t newline = bytes.find('\n');
    std::string_view line = bytes.substr(0, newline);
    if (newline != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    if (provider_place_ == ProviderPlace::head) {
        provider_head_ += line.substr(0, max_head - std::min(max_head, provider_head_.size()));
    }
    if (line.size() > mark_bytes) {
        provider_mark_.reset();
        line.remove_prefix(line.size() - mark_bytes);
    }
    for (const char c : line) {
        // A CR at a cut may be half of the line's end.
        if (c != '\r') provider_mark_.feed(c);
    }
    if (provider_place_ == ProviderPlace::head &&
        (newline != std::string_view::npos || provider_head_.size() == max_head)) {
        classify_provider_line();
        provider_place_ = ProviderPlace::line;
    }
    if (newline == std::string_view::npos) return bytes.size();
    end_provider_line();
    return newline + 1;
}

void RelayScanner::classify_provider_line() {
    while (provider_head_.ends_with('\r'))
        provider_head_.pop_back();
    auto [first, second] = two_words(provider_head_);
    if (first == "*") {
        provider_line_kind_ = is_status(second) ? ProviderLine::status : ProviderLine::data;
        if (second == "BYE") provider_said_bye_ = true;
    } else if (first.starts_with('+')) {
        provider_line_kind_ = ProviderLine::continuation;
    } else if (provider_head_.empty()) {
        provider_line_kind_ = ProviderLine::status;  // an empty line says nothing, and harms nobody
    } else {
        provider_line_kind_ = ProviderLine::tagged;
        provider_tag_ = first;
        provider_status_ = std::move(second);
    }
    provider_head_.clear();
}

void RelayScanner::end_provider_line() {
    const LiteralMark mark = std::exchange(provider_mark_, {});
    if (provider_line_kind_ == ProviderLine::data && mark.is_complete()) {
        provider_literal_ = mark.size();
        provider_place_ = provider_literal_ > 0 ? ProviderPlace::literal : ProviderPlace::line;
        return;
    }
    provider_place_ = ProviderPlace::head;
    if (provider_line_kind_ == ProviderLine::continuation) {
        if (wait_ == Wait::continuation) wait_ = Wait::nothing;
    } else if (provider_line_kind_ == ProviderLine::tagged) {
        complete(provider_tag_, provider_status_);
    }
}

void RelayScanner::complete(std::string_view tag, std::string_view status) {
    const auto command = std::ranges::find(open_, tag, &OpenCommand::tag);
    if (command == open_.end() || !is_completion(status)) {
        end_ = End::provider_broke;
        return;
    }
    // The provider may have read the literal as commands.
    if (status == "BAD" && command->had_unasked_literal) tainted_ = true;
    open_.erase(command);
    if (in_idle_ && tag == idle_tag_) in_idle_ = false;
    if (client_place_ == ClientPlace::head || tag != tag_) return;
    // The command that the client is still sending: in order only instead of a continuation.
    if (wait_ != Wait::continuation) tainted_ = true;
    wait_ = Wait::nothing;
    if (!tainted_) client_place_ = ClientPlace::head;
}

// ---- Our own answers.

bool RelayScanner::answer_is_due() const {
    if (end_ != End::none || !at_provider_line_start()) return false;
    return !broken_.empty() || (wait_ == Wait::our_turn && open_.empty());
}

std::string RelayScanner::take_answer() {
    if (!answer_is_due()) return {};
    if (!broken_.empty()) {
        end_ = End::client_broke;
        return "* BYE You sent " + broken_ + "\r\n";
    }
    wait_ = Wait::nothing;
    if (fate_ == Fate::logout) end_ = End::logged_out;
    return make_answer();
}

std::string RelayScanner::make_answer() {
    switch (fate_) {
        case Fate::logout:
            return "* BYE Logging out\r\n" + tag_ + " OK LOGOUT completed\r\n";
        case Fate::capability:
            return "* CAPABILITY " + capabilities_ + "\r\n" + tag_ + " OK CAPABILITY completed\r\n";
        default:
            return tag_ + " BAD " + name_ + " is not available here\r\n";
    }
}

}  // namespace gatepost::imap
