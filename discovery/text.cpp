#include "discovery/text.h"

#include <algorithm>
#include <cstdint>

namespace gatepost::discovery {
namespace {

constexpr std::string_view white_space = " \t\r\n\f\v";
constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

struct Sequence {
    std::size_t bytes = 0;     ///< 0: not the first byte of any character
    char32_t lowest = 0;       ///< smaller ones have a shorter form
    std::uint8_t payload = 0;  ///< the bits that the first byte gives
};

Sequence sequence_of(std::uint8_t first) {
    if (first < 0x80) return {1, 0, first};
    if ((first & 0xE0) == 0xC0) return {2, 0x80, static_cast<std::uint8_t>(first & 0x1F)};
    if ((first & 0xF0) == 0xE0) return {3, 0x800, static_cast<std::uint8_t>(first & 0x0F)};
    if ((first & 0xF8) == 0xF0) return {4, 0x10000, static_cast<std::uint8_t>(first & 0x07)};
    return {};
}

bool is_scalar_value(char32_t character) {
    return character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF);
}

}  // namespace

std::optional<char32_t> take_character(std::string_view& text) {
    const Sequence sequence = sequence_of(static_cast<std::uint8_t>(text.front()));
    if (sequence.bytes == 0 || sequence.bytes > text.size()) return std::nullopt;
    char32_t character = sequence.payload;
    for (const char c : text.substr(1, sequence.bytes - 1)) {
        const auto byte = static_cast<std::uint8_t>(c);
        if ((byte & 0xC0) != 0x80) return std::nullopt;
        character = (character << 6) | (byte & 0x3FU);
    }
    if (character < sequence.lowest || !is_scalar_value(character)) return std::nullopt;
    text.remove_prefix(sequence.bytes);
    return character;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        if (!take_character(text)) return false;
    }
    return true;
}

std::string valid_utf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const std::string_view before = text;
        if (take_character(text)) {
            valid += before.substr(0, before.size() - text.size());
        } else {
            valid += replacement_character;
            text.remove_prefix(1);
        }
    }
    return valid;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string encoded;
    for (const char c : text) {
        if (unreserved.find(c) != std::string_view::npos) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[byte >> 4];
        encoded += digits[byte & 0x0F];
    }
    return encoded;
}

}  // namespace gatepost::discovery
