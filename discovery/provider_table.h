// The provider table: public facts about mail providers, in the project's own text form
// (etc/providers, which explains itself). Immutable once read; used from every thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "discovery/address.h"
#include "discovery/report.h"

namespace gatepost::discovery {

/// What the provider takes as the user name: the whole address, or what stands before its '@'.
enum class UsernameForm { address, local };

struct KnownServer {
    std::string host;
    std::uint16_t port = 993;
    Security security = Security::tls;
    UsernameForm username = UsernameForm::address;
    std::vector<AuthMethod> auth;
};

struct ProviderEntry {
    Provider provider;
    std::vector<std::string> domains;
    std::vector<std::string> mx;       ///< names at and below which the provider's MX hosts are
    std::vector<KnownServer> servers;  ///< best first; none: the provider offers no IMAP
    std::optional<OAuthFacts> oauth;
    std::vector<Document> documentation;
    bool app_password = false;

    /// The settings for the address, all proven.
    [[nodiscard]] std::vector<Candidate> candidates(const Address& address) const;
};

/// A filter in front of somebody's mailboxes: as MX it says nothing about where they are.
struct SecurityGateway {
    std::string name;
    std::vector<std::string> mx;
};

class ProviderTable {
  public:
    /// Reads the text form. Fails with `configuration`, naming the line: a word that is not known,
    /// a value that is not valid, or a name that has an entry already.
    static Result<ProviderTable> parse(std::string_view text);
    /// The one that is part of the program. Read at the first use.
    static const ProviderTable& compiled_in();

    // Whole names: "mail.gmail.com" is not gmail.com.
    [[nodiscard]] const ProviderEntry* by_domain(std::string_view domain) const;
    [[nodiscard]] const ProviderEntry* by_imap_host(std::string_view host) const;
    // By the longest of the names that the host is at or below.
    struct MxMatch {
        std::string_view name;
        const ProviderEntry* entry = nullptr;
    };
    [[nodiscard]] MxMatch match_mx(std::string_view host) const;
    [[nodiscard]] const ProviderEntry* by_mx(std::string_view host) const {
        return match_mx(host).entry;
    }
    [[nodiscard]] const SecurityGateway* gateway_by_mx(std::string_view host) const;

    /// Of addresses, not of MX hosts.
    [[nodiscard]] std::size_t domains() const { return by_domain_.size(); }
    [[nodiscard]] const std::deque<ProviderEntry>& entries() const { return entries_; }
    [[nodiscard]] const std::deque<SecurityGateway>& gateways() const { return gateways_; }

  private:
    // Deques, since the maps' keys and values point into them.
    std::deque<ProviderEntry> entries_;
    std::deque<SecurityGateway> gateways_;
    std::unordered_map<std::string_view, const ProviderEntry*> by_domain_;
    std::unordered_map<std::string_view, const ProviderEntry*> by_imap_host_;
    std::unordered_map<std::string_view, const ProviderEntry*> by_mx_;
    std::unordered_map<std::string_view, const SecurityGateway*> gateway_by_mx_;

    Result<void> index();
};

/// What a source learns when the table knows the provider: its settings, and all the table says.
Evidence evidence_of(const ProviderEntry& entry, const Address& address);

/// Adds what the table knows about the IMAP host that another source named, which proves nothing.
void add_known_facts(Evidence& evidence, const ProviderTable& table);

}  // namespace gatepost::discovery
