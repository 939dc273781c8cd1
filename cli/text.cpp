#include "cli/text.h"

#include <clocale>
#include <cwchar>
#include <cwctype>
#include <ostream>

namespace gatepost::cli {
namespace {

constexpr std::string_view replacement = "\uFFFD";

// glibc's character tables for UTF-8, whatever the user's locale is.
class Utf8Locale {
  public:
    Utf8Locale() : previous_(::uselocale(tables())) {}
    ~Utf8Locale() { ::uselocale(previous_); }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

  private:
    static locale_t tables() {
        static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return utf8;
    }

    locale_t previous_;
};

struct Character {
    std::string_view bytes;
    std::wint_t code = 0;
    bool valid = false;
};

// The character that the text begins with; a byte that is no UTF-8 is one by itself.
Character first_of(std::string_view text) {
    std::mbstate_t state{};
    wchar_t code = 0;
    const std::size_t size = std::mbrtowc(&code, text.data(), text.size(), &state);
    if (size == 0) return {text.substr(0, 1), 0, true};
    if (size > text.size()) return {text.substr(0, 1), 0, false};
    return {text.substr(0, size), std::wint_t(code), true};
}

// Unicode's Bidi_Control: they reorder what stands around them.
bool reorders(std::wint_t code) {
    return code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

bool is_blank(std::wint_t code) {
    return code == L'\t' || code == L'\n' || code == L'\r' || code == 0x2028 || code == 0x2029;
}

std::string_view shown(const Character& character) {
    if (is_blank(character.code)) return " ";
    if (!character.valid || !std::iswprint(character.code) || reorders(character.code)) {
        return replacement;
    }
    return character.bytes;
}

template <class Function>
void for_each_character(std::string_view text, Function function) {
    const Utf8Locale locale;
    while (!text.empty()) {
        const Character character = first_of(text);
        function(character);
        text.remove_prefix(character.bytes.size());
    }
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result;
    for_each_character(text, [&](const Character& character) { result += shown(character); });
    return result;
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    for_each_character(text, [&](const Character& character) {
        const int width = ::wcwidth(wchar_t(character.code));
        columns += width < 0 ? 1U : static_cast<std::size_t>(width);
    });
    return columns;
}

void Table::add(std::vector<std::string> cells) {
    for (std::string& cell : cells)
        cell = printable(cell);
    rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out, std::string_view indent) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        if (row.size() > widths.size()) widths.resize(row.size());
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(row[i]));
    }
    for (const auto& row : rows_) {
        std::string line(indent);
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            line.append(widths[i] - columns_of(row[i]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    }
}

}  // namespace gatepost::cli
