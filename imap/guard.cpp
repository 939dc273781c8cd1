#include "imap/guard.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "imap/response.h"

namespace gatepost::imap {
namespace {

// The longest name in IANA's registry has 30 characters; the most capable servers list some 60.
constexpr std::size_t max_capability_size = 64;
constexpr std::size_t max_capabilities = 256;
// RFC 6154 and its kin define some 20 attributes for a mailbox.
constexpr std::size_t max_flags = 64;

/// ATOM-CHAR (RFC 3501 9).
bool is_atom_char(char c) {
    return c > ' ' && c < 0x7F && std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
}

bool is_atom(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), is_atom_char);
}

bool is_capability(std::string_view word) {
    // libetpan takes "AUTH=" off and wants an atom behind it.
    return is_atom(word) && word.size() <= max_capability_size &&
           !equal_ignoring_case(word, "AUTH=");
}

/// Takes a LIST response apart from the front; each function cuts off what it accepts.
class ListScanner {
  public:
    explicit ListScanner(std::string_view rest) : rest_(rest) {}

    bool skip(std::string_view token) {
        if (!equal_ignoring_case(rest_.substr(0, token.size()), token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }

    /// "(" flags ")", each a backslash and an atom.
    std::optional<std::string_view> flags() {
        const std::size_t end = rest_.find(')');
        if (!rest_.starts_with('(') || end == std::string_view::npos) return std::nullopt;
        const std::string_view list = cut(end + 1);
        std::string_view inside = list.substr(1, list.size() - 2);
        for (std::size_t count = 0; !inside.empty(); ++count) {
            const std::size_t size = std::min(inside.find(' '), inside.size());
            if (count == max_flags || inside.front() != '\\' ||
                !is_atom(inside.substr(1, size - 1)))
                return std::nullopt;
            inside.remove_prefix(size);
            if (inside == " ") return std::nullopt;
            if (!inside.empty()) inside.remove_prefix(1);
        }
        return list;
    }

    /// DQUOTE QUOTED-CHAR DQUOTE / "NIL"; an empty string, which some servers send, means NIL.
    std::optional<std::string_view> delimiter() {
        if (skip("NIL") || skip("\"\"")) return "NIL";
        const std::size_t size = rest_.starts_with("\"\\") ? 4 : 3;
        const auto string = quoted();
        return string && string->size() == size ? string : std::nullopt;
    }

    /// astring.
    std::optional<std::string_view> mailbox() {
        if (rest_.starts_with('"')) return quoted();
        if (rest_.starts_with('{')) return literal();
        const auto* end = std::find_if_not(rest_.begin(), rest_.end(),
                                           [](char c) { return is_atom_char(c) || c == ']'; });
        const auto size = static_cast<std::size_t>(end - rest_.begin());
        return size > 0 ? std::optional(cut(size)) : std::nullopt;
    }

    /// Behind the mailbox: the end, or extended data (RFC 5258 6), which nobody here wants.
    [[nodiscard]] bool at_end_of_item() const {
        return rest_.starts_with("\r\n") || rest_.starts_with(" (");
    }

  private:
    std::string_view cut(std::size_t size) {
        const std::string_view front = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return front;
    }

    std::optional<std::string_view> quoted() {
        if (!rest_.starts_with('"')) return std::nullopt;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            const char c = rest_[i];
            if (c == '"') return cut(i + 1);
            if (static_cast<unsigned char>(c) < ' ') return std::nullopt;
            if (c != '\\') continue;
            ++i;
            if (i == rest_.size() || (rest_[i] != '"' && rest_[i] != '\\')) return std::nullopt;
        }
        return std::nullopt;
    }

    std::optional<std::string_view> literal() {
        const std::size_t line = rest_.find("}\r\n");
        std::size_t size = 0;
        const auto [end, error] =
            std::from_chars(rest_.data() + 1, rest_.data() + rest_.size(), size);
        if (line == std::string_view::npos || error != std::errc() || end != rest_.data() + line ||
            size > rest_.size() - line - 3) {
            return std::nullopt;
        }
        return cut(line + 3 + size);
    }

    std::string_view rest_;
};

}  // namespace

std::string admit_capabilities(std::string_view words) {
    std::string admitted = "* CAPABILITY";
    std::size_t count = 0;
    while (!words.empty() && count < max_capabilities) {
        const std::size_t size = std::min(words.find(' '), words.size());
        if (const std::string_view word = words.substr(0, size); is_capability(word)) {
            (admitted += ' ') += word;
            ++count;
        }
        words.remove_prefix(std::min(size + 1, words.size()));
    }
    return admitted += "\r\n";
}

Result<std::string> admit_mailbox(std::string_view response) {
    const Problem malformed =
        problem(ProblemKind::protocol_violation, "The server listed a mailbox in no valid form");
    ListScanner scanner(response);
    if (!scanner.skip("* LIST ")) return malformed;
    const auto flags = scanner.flags();
    if (!flags || !scanner.skip(" ")) return malformed;
    const auto delimiter = scanner.delimiter();
    if (!delimiter || !scanner.skip(" ")) return malformed;
    const auto mailbox = scanner.mailbox();
    if (!mailbox || !scanner.at_end_of_item()) return malformed;
    std::string admitted = "* LIST ";
    ((admitted += *flags) += ' ') += *delimiter;
    ((admitted += ' ') += *mailbox) += "\r\n";
    return admitted;
}

}  // namespace gatepost::imap
