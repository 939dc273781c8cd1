#include "discovery/setting_values.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/settings.h"
#include "discovery/domain.h"
#include "discovery/placeholders.h"
#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

constexpr std::size_t max_username_bytes = 320;  // RFC 3696 for addresses; others are shorter
constexpr std::size_t max_text_bytes = 512;      // names, titles and URLs that are shown

bool is_word_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// "%USERNAME%": what fill_placeholders() leaves is nobody's to fill in.
bool has_placeholder(std::string_view text) {
    for (std::size_t start = text.find('%'); start != std::string_view::npos;
         start = text.find('%', start + 1)) {
        const std::string_view rest = text.substr(start + 1);
        const std::size_t end = rest.find('%');
        if (end == std::string_view::npos || end == 0) continue;
        if (std::ranges::all_of(rest.substr(0, end), is_word_character)) return true;
    }
    return false;
}

// "{{ user }}", "[% user %]", "<?= $user ?>": nobody's name has anything in brackets.
bool has_brackets(std::string_view text) {
    constexpr std::array<std::string_view, 3> pairs{"{}", "[]", "<>"};
    return std::ranges::any_of(pairs, [&](std::string_view pair) {
        const std::size_t open = text.find(pair[0]);
        return open != std::string_view::npos && text.find(pair[1], open) != std::string_view::npos;
    });
}

// Of programs and shells ("$user", "%u") too, by what they begin with.
bool is_template(std::string_view text) {
    return has_placeholder(text) || has_brackets(text) || text.starts_with('$') ||
           text.starts_with('%');
}

}  // namespace

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_all = stopped == text.data() + text.size();
    if (error != std::errc() || !is_all || port == 0) return std::nullopt;
    return port;
}

std::optional<std::string> host_name_of(std::string_view text, const Address& address) {
    const auto name = a_label_of(fill_placeholders(text, address));
    return name && is_host_name(*name) ? std::optional(*name) : std::nullopt;
}

std::optional<std::string> user_name_of(std::string_view text, const Address& address) {
    // What the address itself has in it is no template.
    if (is_template(fill_placeholders(text, {"a", "a", "a"}))) return std::nullopt;
    std::string name = fill_placeholders(text, address);
    const bool is_one = !name.empty() && name.size() <= max_username_bytes && is_utf8(name) &&
                        std::ranges::none_of(name, is_control);
    return is_one ? std::optional(std::move(name)) : std::nullopt;
}

std::string shown_text(std::string_view text) {
    return std::string(trimmed(text)).substr(0, max_text_bytes);
}

}  // namespace gatepost::discovery
