#include "daemon/imap_command.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/secret.h"

namespace gatepost::daemon {
namespace {

using Reading = ImapCommand::Reading;

// An account's id or address has 320 bytes at most; passwords, which are ignored, may be tokens.
constexpr std::size_t max_literal_bytes = 4 * 1024;
constexpr std::size_t max_tag_bytes = 64;  // clients use 5 or so

/// Bytes of a quoted string, an atom, and a little more: real clients send passwords as they are.
bool is_atom_character(char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7f && c != '"' && c != '{' && c != '(' &&
           c != ')';
}

bool is_tag_character(char c) {
    return is_atom_character(c) && c != '+' && c != '*' && c != '%' && c != '\\' && c != '}';
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Reads on through the bytes until something is missing or wrong; from there on it stands still.
class Cursor {
  public:
    explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

    std::string_view word(bool (*belongs)(char));
    std::string string();
    void blank();
    std::string_view rest_of_line();
    void end_of_line();
    void fail(std::string_view why);

    [[nodiscard]] bool stands() const { return reading_ != Reading::complete; }
    void report(ImapCommand& command) const;

  private:
    void stop(Reading reading, std::string_view why = {});
    char next();
    std::string quoted();
    std::string literal();
    void skip_line();

    std::string_view bytes_;
    std::size_t at_ = 0;
    std::size_t literals_ = 0;
    Reading reading_ = Reading::complete;
    std::string_view why_;
};

void Cursor::stop(Reading reading, std::string_view why) {
    if (stands()) return;
    reading_ = reading;
    why_ = why;
}

void Cursor::fail(std::string_view why) {
    stop(Reading::mistake, why);
    if (reading_ == Reading::mistake) skip_line();
}

/// To the next line. A literal that the client sends without being asked would be read as commands.
void Cursor::skip_line() {
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) {
        reading_ = Reading::incomplete;
        return;
    }
    std::string_view line = bytes_.substr(at_, end - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.ends_with("+}")) reading_ = Reading::hopeless;
    at_ = end + 1;
}

char Cursor::next() {
    if (at_ == bytes_.size()) stop(Reading::incomplete);
    return stands() ? '\0' : bytes_[at_];
}

std::string_view Cursor::word(bool (*belongs)(char)) {
    const std::size_t begin = at_;
    while (next() != '\0' && belongs(bytes_[at_]))
        ++at_;
    if (!stands() && at_ == begin) fail("A word is missing");
    return stands() ? std::string_view() : bytes_.substr(begin, at_ - begin);
}

void Cursor::blank() {
    const char c = next();
    if (stands()) return;
    if (c != ' ') return fail("A blank is missing");
    ++at_;
}

std::string Cursor::string() {
    const char first = next();
    if (first == '"') return quoted();
    if (first == '{') return literal();
    return std::string(word(is_atom_character));
}

std::string Cursor::quoted() {
    std::string text;
    for (++at_; next() != '"' && !stands(); ++at_) {
        if (bytes_[at_] == '\\') ++at_;
        const char c = next();
        if (c == '\r' || c == '\n') fail("A quoted string does not end");
        if (stands()) return {};
        text += c;
    }
    if (stands()) return {};
    ++at_;
    return text;
}

/// "{5}" or "{5+}" (RFC 7888), a line's end, and as many bytes.
std::string Cursor::literal() {
    const std::size_t line_end = bytes_.find('\n', at_);
    if (line_end == std::string_view::npos) {
        stop(Reading::incomplete);
        return {};
    }
    const std::size_t digits = at_ + 1;
    std::size_t size = 0;
    const char* end = bytes_.data() + line_end;
    const auto [rest, error] = std::from_chars(bytes_.data() + digits, end, size);
    std::string_view tail(rest, static_cast<std::size_t>(end - rest));
    if (tail.ends_with('\r')) tail.remove_suffix(1);
    if (error != std::errc() || (tail != "}" && tail != "+}") || size > max_literal_bytes) {
        fail("A literal is malformed or too long");
        return {};
    }
    ++literals_;
    at_ = line_end + 1;
    // The client waits to be asked for an empty literal too.
    const bool waits_for_us = bytes_.size() == at_ && tail == "}";
    if (bytes_.size() - at_ < size || waits_for_us) {
        stop(waits_for_us ? Reading::awaits_go_ahead : Reading::incomplete);
        return {};
    }
    at_ += size;
    return std::string(bytes_.substr(at_ - size, size));
}

std::string_view Cursor::rest_of_line() {
    const std::size_t begin = at_;
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) stop(Reading::incomplete);
    if (stands()) return {};
    at_ = end + 1;
    std::string_view rest = bytes_.substr(begin, end - begin);
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    return rest;
}

void Cursor::end_of_line() {
    if (next() == '\r') ++at_;
    const char c = next();
    if (stands()) return;
    if (c != '\n') return fail("There is more than the command takes");
    ++at_;
}

void Cursor::report(ImapCommand& command) const {
    command.reading = reading_;
    command.size = at_;
    command.literals = literals_;
    command.why = why_;
}

void read_login(Cursor& cursor, ImapCommand& command) {
    cursor.blank();
    command.user = cursor.string();
    cursor.blank();
    std::string password = cursor.string();
    wipe(password);
    cursor.end_of_line();
}

}  // namespace

ImapCommand read_command(std::string_view bytes) {
    ImapCommand command;
    Cursor cursor(bytes);
    const std::string_view tag = cursor.word(is_tag_character);
    if (tag.size() > max_tag_bytes) cursor.fail("The tag is too long");
    cursor.blank();
    command.tag = cursor.stands() ? "*" : std::string(tag);
    const std::string_view name = cursor.word(is_atom_character);
    std::ranges::transform(name, std::back_inserter(command.name), upper);
    if (command.name == "LOGIN") {
        read_login(cursor, command);
    } else {
        command.arguments = cursor.rest_of_line();
    }
    cursor.report(command);
    return command;
}

}  // namespace gatepost::daemon
