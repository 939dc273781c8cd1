#include "imap/printable.h"

#include <array>
#include <optional>

namespace gatepost::imap {
namespace {

constexpr char32_t replacement = 0xFFFD;

unsigned char byte_at(std::string_view text, std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

/// The character in front, cut off; nothing (and one byte cut off) where the bytes are no UTF-8:
/// overlong, a surrogate, beyond U+10FFFF, or not complete.
std::optional<char32_t> take_character(std::string_view& text) {
    const unsigned char first = byte_at(text, 0);
    std::size_t length = 1;
    char32_t code = first;
    if (first >= 0xC2 && first < 0xF5) {
        length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        static constexpr std::array<unsigned char, 5> masks{0, 0, 0x1F, 0x0F, 0x07};
        code = first & masks.at(length);
    }
    bool valid = first < 0x80 || length > 1;
    for (std::size_t i = 1; i < length; ++i) {
        valid = valid && (byte_at(text, i) & 0xC0) == 0x80;
        code = (code << 6) | (byte_at(text, i) & 0x3F);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    valid = valid && !overlong && !surrogate && code <= 0x10FFFF;
    text.remove_prefix(valid ? length : 1);
    return valid ? std::optional(code) : std::nullopt;
}

/// C0, DEL, C1, line and paragraph separators, and what turns the direction of text round.
bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
    std::string result;
    while (!text.empty()) {
        const char32_t code = take_character(text).value_or(replacement);
        std::string character;
        append_utf8(character, is_control(code) ? U' ' : code);
        if (result.size() + character.size() > limit) break;
        result += character;
    }
    return result;
}

void append_utf8(std::string& text, char32_t code_point) {
    const auto byte = [&](char32_t bits) { text += static_cast<char>(bits); };
    const auto continuation = [&](int shift) { byte(0x80 | ((code_point >> shift) & 0x3F)); };
    if (code_point < 0x80) {
        byte(code_point);
    } else if (code_point < 0x800) {
        byte(0xC0 | (code_point >> 6));
        continuation(0);
    } else if (code_point < 0x10000) {
        byte(0xE0 | (code_point >> 12));
        continuation(6);
        continuation(0);
    } else {
        byte(0xF0 | (code_point >> 18));
        continuation(12);
        continuation(6);
        continuation(0);
    }
}

}  // namespace gatepost::imap
