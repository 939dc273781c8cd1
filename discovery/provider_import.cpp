#include "discovery/provider_import.h"

#include <algorithm>

#include "discovery/autoconfig_xml.h"
#include "discovery/domain.h"
#include "discovery/provider_writer.h"

namespace gatepost::discovery {
namespace {

constexpr std::string_view origin = "files";
constexpr std::string_view head =
    "origin files Files in Thunderbird's form, of which an operator has imported a folder.\n";

constexpr const char* any_domain = "address.invalid";
// Of a file whose hosts depend on the domain: such providers have few.
constexpr std::size_t max_entries = 100;

// Nobody's address: what depends on it in a file is seen by that.
Address somebody_at(const std::string& domain) {
    return {"local-part@" + domain, "local-part", domain};
}

bool depends_on_domain(const AutoconfigFile& file) {
    return std::ranges::any_of(file.servers, [](const Settings& settings) {
        return settings.host.find(any_domain) != std::string::npos;
    });
}

// Nothing when the table has no words for it.
std::optional<KnownServer> known_server(const Settings& settings, const Address& somebody) {
    for (const std::string_view placeholder :
         {std::string_view(any_domain), std::string_view(somebody.local)}) {
        if (settings.host.find(placeholder) != std::string::npos) return std::nullopt;
    }
    KnownServer server{settings.host, settings.port, settings.security, {}, settings.auth};
    if (settings.username == somebody.local) {
        server.username = UsernameForm::local;
    } else if (settings.username != somebody.text) {
        return std::nullopt;
    }
    return server;
}

std::vector<KnownServer> known_servers(const AutoconfigFile& file, const Address& somebody,
                                       std::vector<std::string>& left_out) {
    std::vector<KnownServer> servers;
    for (const Settings& settings : file.servers) {
        if (auto server = known_server(settings, somebody)) {
            servers.push_back(std::move(*server));
        } else {
            left_out.emplace_back(
                "a server depends on the address in a way that the table has no words for");
        }
    }
    return servers;
}

// The program's own facts, where it knows the server, since its names are those that applications
// are registered for; else the file's.
std::optional<OAuthFacts> oauth_of(const AutoconfigFile& file, const ProviderEntry* known,
                                   const std::string& id) {
    if (known != nullptr && known->oauth) return known->oauth;
    if (!file.oauth || !is_writable_url(file.oauth->authorization_endpoint) ||
        !is_writable_url(file.oauth->token_endpoint)) {
        return std::nullopt;
    }
    OAuthFacts facts = *file.oauth;
    facts.provider = id;
    if (!is_writable_url(facts.issuer)) facts.issuer.clear();
    return facts;
}

void leave_oauth_out(std::vector<KnownServer>& servers) {
    for (KnownServer& server : servers)
        std::erase_if(server.auth,
                      [](AuthMethod method) { return method != AuthMethod::password; });
    std::erase_if(servers, [](const KnownServer& server) { return server.auth.empty(); });
}

// What the file does not tell about people's way to a password, and the program knows.
void add_hints(ProviderEntry& entry, const AutoconfigFile& file, const ProviderEntry* known) {
    entry.documentation = file.documentation;
    std::erase_if(entry.documentation,
                  [](const Document& page) { return !is_writable_url(page.url); });
    if (known == nullptr) return;
    entry.app_password = known->app_password;
    if (entry.documentation.empty()) entry.documentation = known->documentation;
}

ProviderEntry entry_of(const AutoconfigFile& file, const std::string& id, const Address& somebody,
                       std::vector<std::string>& left_out) {
    ProviderEntry entry;
    entry.provider = {id, file.provider.name};
    entry.servers = known_servers(file, somebody, left_out);
    if (entry.servers.empty()) return entry;
    const auto* known = ProviderTable::compiled_in().by_imap_host(entry.servers.front().host);
    entry.oauth = oauth_of(file, known, id);
    if (!entry.oauth) leave_oauth_out(entry.servers);
    add_hints(entry, file, known);
    return entry;
}

// Those that are not taken, once each.
std::vector<std::string> free_names(const std::vector<std::string>& names,
                                    const std::set<std::string>& taken,
                                    std::vector<std::string>& left_out) {
    std::vector<std::string> free;
    std::set<std::string_view> seen;
    for (const std::string& name : names) {
        if (!seen.insert(name).second) continue;
        if (taken.contains(name)) {
            left_out.push_back(name + " is an earlier file's");
        } else {
            free.push_back(name);
        }
    }
    return free;
}

// Most files do not tell a domain of addresses from a name of MX hosts. What is below a public
// suffix is anybody's.
std::vector<std::string> mx_names_of(const AutoconfigFile& file) {
    std::vector<std::string> names = file.domains;
    std::ranges::copy(file.mx_domains, std::back_inserter(names));
    std::erase_if(names, [](const auto& name) { return organisational_domain(name).empty(); });
    return names;
}

// As many providers as domains, where the name of the server has the domain in it. Whose MX hosts
// those are says nothing about such a name.
std::vector<ProviderEntry> entries_by_domain(std::string_view xml,
                                             const std::vector<std::string>& domains,
                                             std::vector<std::string>& left_out) {
    std::vector<ProviderEntry> entries;
    for (const std::string& domain : domains) {
        if (entries.size() == max_entries) {
            left_out.push_back("there are more than " + std::to_string(max_entries) +
                               " domains, on which the servers' names depend");
            break;
        }
        const auto file = parse_autoconfig(xml, somebody_at(domain));
        if (!file) continue;
        entries.push_back(entry_of(*file, domain, somebody_at(domain), left_out));
        entries.back().domains = {domain};
    }
    return entries;
}

Problem nothing(std::string what, const std::vector<std::string>& left_out) {
    if (!left_out.empty()) what += ": " + left_out.front();
    return problem(ProblemKind::not_found, what + ".");
}

}  // namespace

Result<std::vector<std::string>> ProviderImport::add(std::string_view xml) {
    const auto file = parse_autoconfig(xml, somebody_at(any_domain));
    if (!file) return file.error();
    std::vector<std::string> left_out = file->notes;
    std::vector<std::string> taken_already;
    auto domains = free_names(file->domains, taken_.domains, taken_already);
    std::vector<std::string> same_again;
    auto mx = free_names(mx_names_of(*file), taken_.mx, same_again);
    if (domains.empty() && mx.empty()) {
        return nothing("It names no domain of its own", taken_already);
    }

    std::vector<ProviderEntry> entries;
    if (depends_on_domain(*file)) {
        entries = entries_by_domain(xml, domains, left_out);
    } else {
        const std::string& id = domains.empty() ? mx.front() : domains.front();
        entries.push_back(entry_of(*file, id, somebody_at(any_domain), left_out));
        entries.back().domains = std::move(domains);
        entries.back().mx = std::move(mx);
    }
    std::erase_if(entries, [](const ProviderEntry& entry) { return entry.servers.empty(); });
    if (entries.empty()) return nothing("It names no IMAP server under TLS", left_out);
    if (auto taken = take(entries); !taken) return taken.error();
    std::ranges::move(taken_already, std::back_inserter(left_out));
    return left_out;
}

Result<void> ProviderImport::take(const std::vector<ProviderEntry>& entries) {
    Names names;
    std::string text;
    for (const ProviderEntry& entry : entries) {
        if (entry.oauth && !taken_.oauth.contains(entry.oauth->provider) &&
            names.oauth.insert(entry.oauth->provider).second) {
            text += written(*entry.oauth, origin);
        }
        text += written(entry, origin);
        names.domains.insert(entry.domains.begin(), entry.domains.end());
        names.mx.insert(entry.mx.begin(), entry.mx.end());
    }
    if (head.size() + text_.size() + text.size() > max_imported_bytes) {
        return problem(ProblemKind::too_large,
                       "There is no room for it: all providers may take 1 MiB.");
    }
    text_ += text;
    providers_ += entries.size();
    domains_ += names.domains.size();
    taken_.domains.merge(names.domains);
    taken_.mx.merge(names.mx);
    taken_.oauth.merge(names.oauth);
    return {};
}

std::string ProviderImport::text() const {
    return std::string(head) + text_;
}

}  // namespace gatepost::discovery
