#include "imap/utf7.h"

#include "imap/base64.h"
#include "imap/printable.h"

namespace gatepost::imap {
namespace {

/// UTF-16BE to UTF-8, appended; false for half a unit or half a pair.
bool append_utf16(std::string& text, std::string_view bytes) {
    if (bytes.empty() || bytes.size() % 2 != 0) return false;
    const auto unit_at = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(bytes[i]) << 8 |
                                     static_cast<unsigned char>(bytes[i + 1]));
    };
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        char32_t code = unit_at(i);
        if (code >= 0xD800 && code < 0xDC00) {
            i += 2;
            if (i == bytes.size()) return false;
            const char32_t low = unit_at(i);
            if (low < 0xDC00 || low >= 0xE000) return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code < 0xE000) {
            return false;
        }
        append_utf8(text, code);
    }
    return true;
}

}  // namespace

std::optional<std::string> decode_utf7(std::string_view name) {
    std::string text;
    while (!name.empty()) {
        const std::size_t shift = name.find('&');
        text += name.substr(0, shift);
        if (shift == std::string_view::npos) break;
        name.remove_prefix(shift + 1);
        const std::size_t end = name.find('-');
        if (end == std::string_view::npos) return std::nullopt;
        if (end == 0) {
            text += '&';
        } else {
            const auto units = decode_base64(name.substr(0, end), ',');
            if (!units || !append_utf16(text, *units)) return std::nullopt;
        }
        name.remove_prefix(end + 1);
    }
    return text;
}

}  // namespace gatepost::imap
