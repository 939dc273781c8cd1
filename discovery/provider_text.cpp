#include "discovery/provider_text.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <span>

#include "discovery/domain.h"
#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
    Words words;
    while (true) {
        line = trimmed(line);
        if (line.empty()) return words;
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    return text;
}

bool is_https_url(std::string_view text) {
    return text.starts_with("https://") && text.size() > 8;
}

// "sub.example.com", in the form that the DNS is asked in.
bool is_lower_host_name(std::string_view name) {
    return is_host_name(name) && lower_case(name) == name;
}

bool is_control_but_tab(char c) {
    return is_control(c) && c != '\t';
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

// Reads the lines in turn; a line that begins a section closes the one before.
class Reader {
  public:
    Result<void> line(const Words& words);
    Result<ProviderText> finish() &&;

  private:
    Result<void> origin_line(std::span<const std::string_view> values);
    Result<void> from(std::span<const std::string_view> values);
    Result<void> begin(std::string_view section, std::string_view name);
    Result<void> provider_line(std::string_view word, std::span<const std::string_view> values);
    Result<void> oauth_line(std::string_view word, std::span<const std::string_view> values);
    Result<void> names(std::vector<std::string>& into, std::span<const std::string_view> values);
    Result<void> mx(std::vector<std::string>& into, std::span<const std::string_view> values);
    Result<void> imap(std::span<const std::string_view> values);
    Result<void> help(std::span<const std::string_view> values);
    Result<void> close();

    static Problem wrong(std::string what) {
        return problem(ProblemKind::configuration, std::move(what));
    }

    enum class Section { none, oauth, provider, gateway };

    ProviderText text_;
    std::set<std::string, std::less<>> origins_;
    std::map<std::string, OAuthFacts, std::less<>> oauth_;
    Section section_ = Section::none;
    std::string name_;
    bool has_origin_ = false;
    bool no_imap_ = false;
};

Result<void> Reader::line(const Words& words) {
    const std::string_view word = words.front();
    const auto values = std::span(words).subspan(1);
    if (word == "oauth-at" || word == "provider" || word == "gateway") {
        if (auto closed = close(); !closed) return closed;
        if (values.empty()) return wrong("the name is missing");
        return begin(word, values.size() == 1 ? std::string(values[0]) : joined(values));
    }
    if (word == "origin") return origin_line(values);
    if (word == "from") return from(values);
    switch (section_) {
        case Section::none:
            return wrong("a section must begin first");
        case Section::oauth:
            return oauth_line(word, values);
        case Section::provider:
            return provider_line(word, values);
        case Section::gateway:
            break;
    }
    if (word == "mx") return mx(text_.gateways.back().mx, values);
    return wrong("the word " + std::string(word) + " is not known");
}

// origin NAME WORDS...
Result<void> Reader::origin_line(std::span<const std::string_view> values) {
    if (section_ != Section::none) return wrong("origins stand before the first section");
    if (values.size() < 2) return wrong("origin NAME WORDS is expected");
    if (!origins_.emplace(values[0]).second) return wrong("a second origin of this name");
    return {};
}

Result<void> Reader::from(std::span<const std::string_view> values) {
    if (section_ == Section::none) return wrong("a section must begin first");
    for (const std::string_view value : values) {
        if (!origins_.contains(value)) return wrong(std::string(value) + " is no origin above");
    }
    has_origin_ = has_origin_ || !values.empty();
    return {};
}

Result<void> Reader::begin(std::string_view section, std::string_view name) {
    name_ = name;
    no_imap_ = false;
    has_origin_ = false;
    if (section == "oauth-at") {
        section_ = Section::oauth;
        if (!oauth_.emplace(name_, OAuthFacts{name_, {}, {}, {}, {}}).second) {
            return wrong("a second oauth-at " + name_);
        }
    } else if (section == "gateway") {
        section_ = Section::gateway;
        text_.gateways.push_back({name_, {}});
    } else {
        section_ = Section::provider;
        if (!is_lower_host_name(name)) return wrong(name_ + " is no domain name");
        text_.providers.emplace_back().provider.id = name_;
    }
    return {};
}

Result<void> Reader::oauth_line(std::string_view word, std::span<const std::string_view> values) {
    OAuthFacts& facts = oauth_.find(name_)->second;
    if (word == "scopes") {
        facts.scopes.assign(values.begin(), values.end());
        return {};
    }
    if (values.size() != 1 || !is_https_url(values[0])) return wrong("one https URL is expected");
    if (word == "issuer") {
        facts.issuer = values[0];
    } else if (word == "authorization") {
        facts.authorization_endpoint = values[0];
    } else if (word == "token") {
        facts.token_endpoint = values[0];
    } else {
        return wrong("the word " + std::string(word) + " is not known");
    }
    return {};
}

Result<void> Reader::provider_line(std::string_view word,
                                   std::span<const std::string_view> values) {
    ProviderEntry& entry = text_.providers.back();
    if (word == "domains") return names(entry.domains, values);
    if (word == "mx") return mx(entry.mx, values);
    if (word == "imap") return imap(values);
    if (word == "help") return help(values);
    if (word == "name" && !values.empty()) {
        entry.provider.name = joined(values);
        return {};
    }
    if (word == "oauth" && values.size() == 1) {
        const auto found = oauth_.find(values[0]);
        if (found == oauth_.end()) return wrong("there is no such oauth-at above");
        entry.oauth = found->second;
        return {};
    }
    if (word == "app-password" && values.empty()) return entry.app_password = true, Result<void>();
    if (word == "no-imap" && values.empty()) return no_imap_ = true, Result<void>();
    return wrong("the line is not understood");
}

Result<void> Reader::names(std::vector<std::string>& into,
                           std::span<const std::string_view> values) {
    for (const std::string_view value : values) {
        if (!is_lower_host_name(value)) return wrong(std::string(value) + " is no host name");
        into.emplace_back(value);
    }
    return {};
}

// What is below a public suffix is anybody's.
Result<void> Reader::mx(std::vector<std::string>& into, std::span<const std::string_view> values) {
    for (const std::string_view value : values) {
        if (organisational_domain(value).empty()) {
            return wrong(std::string(value) + " is nobody's own name");
        }
    }
    return names(into, values);
}

// imap HOST PORT tls|starttls address|local METHOD...
Result<void> Reader::imap(std::span<const std::string_view> values) {
    if (values.size() < 5) return wrong("imap HOST PORT SECURITY USERNAME METHOD... is expected");
    const auto port = port_of(values[1]);
    const auto security = security_of(values[2]);
    if (!is_lower_host_name(values[0]) || !port || !security)
        return wrong("no host, port, security");
    if (values[3] != "address" && values[3] != "local")
        return wrong("address or local is expected");
    KnownServer server;
    server.host = values[0];
    server.port = *port;
    server.security = *security;
    server.username = values[3] == "local" ? UsernameForm::local : UsernameForm::address;
    for (const std::string_view value : values.subspan(4)) {
        const auto method = auth_method_of(value);
        if (!method) return wrong(std::string(value) + " is no way to sign in");
        server.auth.push_back(*method);
    }
    text_.providers.back().servers.push_back(std::move(server));
    return {};
}

// help LANGUAGE URL TITLE...
Result<void> Reader::help(std::span<const std::string_view> values) {
    if (values.size() < 3 || values[0].size() != 2 || !is_https_url(values[1])) {
        return wrong("help LANGUAGE URL TITLE is expected");
    }
    text_.providers.back().documentation.push_back(
        {std::string(values[1]), joined(values.subspan(2)), std::string(values[0])});
    return {};
}

Result<void> Reader::close() {
    if (section_ == Section::provider) {
        const ProviderEntry& entry = text_.providers.back();
        if (entry.provider.name.empty()) return wrong("the provider above has no name");
        if (entry.servers.empty() != no_imap_) {
            return wrong("the provider above has either imap lines or no-imap");
        }
    }
    if (section_ == Section::oauth && oauth_.find(name_)->second.token_endpoint.empty()) {
        return wrong("the oauth-at above has no token endpoint");
    }
    if (section_ != Section::none && !has_origin_) return wrong("the section above has no origin");
    return {};
}

Result<ProviderText> Reader::finish() && {
    if (auto closed = close(); !closed) return closed.error();
    return std::move(text_);
}

Problem at_line(std::size_t number, Problem problem) {
    problem.detail = "provider table, line " + std::to_string(number) + ": " + problem.detail;
    return problem;
}

}  // namespace

Result<ProviderText> read_provider_text(std::string_view text) {
    Reader reader;
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!is_utf8(line) || std::ranges::any_of(line, is_control_but_tab)) {
            return at_line(number, problem(ProblemKind::configuration, "it is no plain text"));
        }
        const Words words = words_of(line);
        if (words.empty() || words.front().starts_with('#')) continue;
        if (auto read = reader.line(words); !read) return at_line(number, read.error());
    }
    auto finished = std::move(reader).finish();
    if (!finished) return at_line(number, finished.error());
    return finished;
}

}  // namespace gatepost::discovery
