#include "discovery/address.h"

#include "core/settings.h"
#include "discovery/domain.h"
#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

constexpr std::size_t max_input_bytes = 1024;   // room for a domain in four-byte characters
constexpr std::size_t max_address_bytes = 254;  // RFC 5321 4.5.3.1.3, without the angle brackets
constexpr std::size_t max_local_bytes = 64;     // RFC 5321 4.5.3.1.1

Problem refusal(std::string why) {
    return problem(ProblemKind::invalid_address, "This is not an e-mail address: " + why);
}

// RFC 5322 3.2.3 atext, and the dots between atoms.
bool is_local_ascii(char32_t c) {
    constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~.";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_between(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

// What nobody sees, or what makes others be seen elsewhere: C0 and C1 controls, spaces, zero-width
// and bidirectional marks, noncharacters.
bool is_invisible(char32_t c) {
    return c <= 0x20 || is_between(c, 0x7F, 0xA0) || c == 0xAD || c == 0x1680 || c == 0x180E ||
           is_between(c, 0x2000, 0x200F) || is_between(c, 0x2028, 0x202F) ||
           is_between(c, 0x205F, 0x206F) || c == 0x3000 || c == 0xFEFF ||
           is_between(c, 0xFDD0, 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

Result<void> check_characters(std::string_view text) {
    while (!text.empty()) {
        const auto character = take_character(text);
        if (!character) return refusal("it is not valid UTF-8.");
        if (is_invisible(*character)) {
            return refusal("it has a space, a control or an invisible character in it.");
        }
    }
    return {};
}

// RFC 5321 4.1.2 Dot-string; RFC 6531 3.3 adds every other character of UTF-8.
Result<void> check_local(std::string_view local) {
    if (local.empty()) return refusal("there is nothing before the @.");
    if (local.size() > max_local_bytes) {
        return refusal("the part before the @ is longer than 64 bytes.");
    }
    if (local.front() == '"') return refusal("a quoted part before the @ is not supported.");
    if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) {
        return refusal("a dot before the @ stands between two other characters.");
    }
    while (!local.empty()) {
        const char32_t character = *take_character(local);
        if (character < 0x80 && !is_local_ascii(character)) {
            std::string why = "a character before the @ is not allowed there: ";
            why += static_cast<char>(character);
            return refusal(std::move(why));
        }
    }
    return {};
}

Result<std::string> read_domain(std::string_view text) {
    if (text.empty()) return refusal("there is no domain after the @.");
    if (text.front() == '[') {
        return refusal("an IP address in place of the domain is not supported.");
    }
    auto domain = a_label_of(text);
    if (!domain) return refusal("its domain is not valid (" + domain.error().detail + ").");
    // STD3: '_' is in names of the DNS, but in no mail domain.
    if (domain->find('_') != std::string::npos) {
        return refusal("its domain is not valid (the character _).");
    }
    if (!is_host_name(*domain)) {
        return refusal("its domain must be a full name such as example.com.");
    }
    return domain;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
    text = trimmed(text);
    if (text.size() > max_input_bytes) return refusal("it is longer than 254 characters.");
    if (auto characters = check_characters(text); !characters) return characters.error();
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return refusal("it has no @.");
    Address address;
    address.local = text.substr(0, at);
    if (auto local = check_local(address.local); !local) return local.error();
    auto domain = read_domain(text.substr(at + 1));
    if (!domain) return domain.error();
    address.domain = std::move(*domain);
    address.text = address.local + '@' + address.domain;
    if (address.text.size() > max_address_bytes) {
        return refusal("it is longer than 254 characters.");
    }
    return address;
}

}  // namespace gatepost::discovery
