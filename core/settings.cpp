#include "core/settings.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatepost {
namespace {

// RFC 1035 2.3.4, without the root's dot.
constexpr std::size_t max_name_characters = 253;
constexpr std::size_t max_label_characters = 63;

constexpr std::array security_names{std::pair{Security::tls, std::string_view("tls")},
                                    std::pair{Security::starttls, std::string_view("starttls")}};
constexpr std::array auth_names{
    std::pair{AuthMethod::password, std::string_view("password")},
    std::pair{AuthMethod::xoauth2, std::string_view("xoauth2")},
    std::pair{AuthMethod::oauthbearer, std::string_view("oauthbearer")}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
    for (const auto& [candidate, name] : table) {
        if (candidate == value) return name;
    }
    return {};
}

template <class Value, std::size_t N>
std::optional<Value> value_in(const std::array<std::pair<Value, std::string_view>, N>& table,
                              std::string_view name) {
    for (const auto& [value, candidate] : table) {
        if (candidate == name) return value;
    }
    return std::nullopt;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_label_character(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= max_label_characters && label.front() != '-' &&
           label.back() != '-' && std::ranges::all_of(label, is_label_character);
}

// "127", "0x7f": inet_aton would read these as part of an address.
bool is_numeric(std::string_view label) {
    return is_digit(label.front()) &&
           (std::ranges::all_of(label, is_digit) ||
            (label.size() > 1 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X')));
}

}  // namespace

std::string_view name_of(Security security) {
    return name_in(security_names, security);
}

std::optional<Security> security_of(std::string_view name) {
    return value_in(security_names, name);
}

std::string_view name_of(AuthMethod method) {
    return name_in(auth_names, method);
}

std::optional<AuthMethod> auth_method_of(std::string_view name) {
    return value_in(auth_names, name);
}

bool is_host_name(std::string_view name) {
    if (name.size() > max_name_characters) return false;
    std::string_view last;
    std::size_t labels = 0;
    for (std::string_view rest = name;;) {
        const std::size_t dot = rest.find('.');
        last = rest.substr(0, dot);
        if (!is_label(last)) return false;
        ++labels;
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    return labels >= 2 && !is_numeric(last);
}

}  // namespace gatepost
