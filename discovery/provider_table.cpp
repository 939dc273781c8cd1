#include "discovery/provider_table.h"

#include "discovery/provider_text.h"

namespace gatepost::discovery {
namespace {

template <class Map>
auto find(const Map& map, std::string_view name) -> typename Map::mapped_type {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : found->second;
}

// The host itself, then its parents.
template <class Map>
auto find_at_or_above(const Map& map, std::string_view host) {
    for (auto found = map.find(host);; found = map.find(host)) {
        const std::size_t dot = host.find('.');
        if (found != map.end() || dot == std::string_view::npos) return found;
        host.remove_prefix(dot + 1);
    }
}

template <class Map, class Value>
Result<void> add(Map& map, const std::vector<std::string>& names, const Value& value) {
    for (const std::string& name : names) {
        if (!map.emplace(name, &value).second) {
            return problem(ProblemKind::configuration,
                           "provider table: " + name + " stands at two places");
        }
    }
    return {};
}

Settings settings_for(const KnownServer& server, const Address& address) {
    const std::string& username =
        server.username == UsernameForm::address ? address.text : address.local;
    return {server.host, server.port, server.security, username, server.auth};
}

}  // namespace

std::vector<Candidate> ProviderEntry::candidates(const Address& address) const {
    std::vector<Candidate> found;
    found.reserve(servers.size());
    for (const KnownServer& server : servers)
        found.push_back({settings_for(server, address), true});
    return found;
}

Result<ProviderTable> ProviderTable::parse(std::string_view text) {
    auto read = read_provider_text(text);
    if (!read) return read.error();
    ProviderTable table;
    table.entries_ = std::move(read->providers);
    table.gateways_ = std::move(read->gateways);
    if (auto indexed = table.index(); !indexed) return indexed.error();
    return table;
}

Result<void> ProviderTable::index() {
    for (const ProviderEntry& entry : entries_) {
        if (auto added = add(by_domain_, entry.domains, entry); !added) return added;
        if (auto added = add(by_mx_, entry.mx, entry); !added) return added;
        // Several providers may share a server; the first one in the file is whose it is.
        for (const KnownServer& server : entry.servers)
            by_imap_host_.emplace(server.host, &entry);
    }
    for (const SecurityGateway& gateway : gateways_) {
        if (auto added = add(gateway_by_mx_, gateway.mx, gateway); !added) return added;
    }
    return {};
}

const ProviderTable& ProviderTable::compiled_in() {
    static const ProviderTable table = parse(compiled_in_provider_text()).value();
    return table;
}

const ProviderEntry* ProviderTable::by_domain(std::string_view domain) const {
    return find(by_domain_, domain);
}

const ProviderEntry* ProviderTable::by_imap_host(std::string_view host) const {
    return find(by_imap_host_, host);
}

ProviderTable::MxMatch ProviderTable::match_mx(std::string_view host) const {
    const auto found = find_at_or_above(by_mx_, host);
    return found == by_mx_.end() ? MxMatch{} : MxMatch{found->first, found->second};
}

const SecurityGateway* ProviderTable::gateway_by_mx(std::string_view host) const {
    const auto found = find_at_or_above(gateway_by_mx_, host);
    return found == gateway_by_mx_.end() ? nullptr : found->second;
}

Evidence evidence_of(const ProviderEntry& entry, const Address& address) {
    Evidence evidence;
    evidence.candidates = entry.candidates(address);
    evidence.provider = entry.provider;
    evidence.oauth = entry.oauth;
    evidence.documentation = entry.documentation;
    evidence.app_password = entry.app_password;
    evidence.no_imap = entry.servers.empty();
    evidence.outcome = evidence.no_imap ? Outcome::not_found : Outcome::found;
    if (evidence.no_imap) evidence.detail = entry.provider.name + " offers no IMAP.";
    return evidence;
}

void add_known_facts(Evidence& evidence, const ProviderTable& table) {
    if (evidence.candidates.empty()) return;
    const auto* entry = table.by_imap_host(evidence.candidates.front().settings.host);
    if (entry == nullptr) return;
    evidence.provider = entry->provider;
    if (entry->oauth) {
        evidence.oauth = entry->oauth;
        evidence.oauth->from = "compiled in";
    }
    if (evidence.documentation.empty()) evidence.documentation = entry->documentation;
    evidence.app_password = entry->app_password;
}

}  // namespace gatepost::discovery
