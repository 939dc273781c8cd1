#include "discovery/provider_writer.h"

#include <algorithm>
#include <utility>

#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

constexpr std::size_t line_bytes = 99;  // as in etc/providers

bool is_space_or_control(char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

std::string line(std::string_view word, std::string_view values) {
    return "    " + std::string(word) + " " + std::string(values) + "\n";
}

std::string lines(std::string_view word, const std::vector<std::string>& names) {
    std::string text;
    std::string values;
    for (const std::string& name : names) {
        if (!values.empty() && 6 + word.size() + values.size() + name.size() > line_bytes) {
            text += line(word, std::exchange(values, {}));
        }
        values += (values.empty() ? "" : " ") + name;
    }
    return values.empty() ? text : text + line(word, values);
}

std::string imap_line(const KnownServer& server) {
    std::string values = server.host + " " + std::to_string(server.port) + " " +
                         std::string(name_of(server.security)) +
                         (server.username == UsernameForm::local ? " local" : " address");
    for (const AuthMethod method : server.auth)
        values += " " + std::string(name_of(method));
    return line("imap", values);
}

std::string language_of(const Document& page) {
    const std::string language = lower_case(page.language).substr(0, 2);
    const bool is_one = language.size() == 2 &&
                        std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; });
    return is_one ? language : "en";
}

std::string help_line(const Document& page) {
    if (!is_writable_url(page.url)) return {};
    const std::string title = words_of(page.title);
    return line("help",
                language_of(page) + " " + page.url + " " + (title.empty() ? "Help" : title));
}

}  // namespace

std::string words_of(std::string_view text) {
    std::string words;
    for (const char c : valid_utf8(text)) {
        const bool is_gap = is_space_or_control(c);
        if (!is_gap) words += c;
        if (is_gap && !words.empty() && words.back() != ' ') words += ' ';
    }
    if (words.ends_with(' ')) words.pop_back();
    return words;
}

bool is_writable_url(std::string_view url) {
    return url.starts_with("https://") && url.size() > 8 && is_utf8(url) &&
           std::ranges::none_of(url, is_space_or_control);
}

std::string written(const ProviderEntry& entry, std::string_view origin) {
    const std::string name = words_of(entry.provider.name);
    std::string text = "\nprovider " + entry.provider.id + "\n";
    text += line("name", name.empty() ? entry.provider.id : name) + line("from", origin);
    text += lines("domains", entry.domains) + lines("mx", entry.mx);
    for (const KnownServer& server : entry.servers)
        text += imap_line(server);
    if (entry.servers.empty()) text += "    no-imap\n";
    if (entry.oauth) text += line("oauth", entry.oauth->provider);
    if (entry.app_password) text += "    app-password\n";
    for (const Document& page : entry.documentation)
        text += help_line(page);
    return text;
}

std::string written(const OAuthFacts& facts, std::string_view origin) {
    std::string text = "\noauth-at " + facts.provider + "\n" + line("from", origin);
    if (!facts.issuer.empty()) text += line("issuer", facts.issuer);
    text += line("authorization", facts.authorization_endpoint);
    text += line("token", facts.token_endpoint);
    std::string scopes;
    for (const std::string& scope : facts.scopes)
        scopes += scope + " ";
    return scopes.empty() ? text : text + line("scopes", words_of(scopes));
}

}  // namespace gatepost::discovery
