// Autoconfig files (Thunderbird's config-v1.1.xml, draft-ietf-mailmaint-autoconfig): from the text
// of one to settings for an address. Pure. Fed by whoever answers on a domain that anyone may name:
// it is bounded in size and depth, knows no DTD and no entities, and believes nothing but values
// that are valid.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "discovery/address.h"
#include "discovery/report.h"

namespace gatepost::discovery {

struct AutoconfigFile {
    std::vector<Settings> servers;   ///< IMAP under TLS, in the order of the file
    std::vector<PlainServer> plain;  ///< IMAP without TLS, which is never settings
    /// The names that it is about, as A-labels: of addresses or of MX hosts, which most files do
    /// not tell apart. Those with placeholders are not here.
    std::vector<std::string> domains;
    std::vector<std::string> mx_domains;  ///< of MX hosts only, where the file says so
    Provider provider;
    std::optional<OAuthFacts> oauth;
    /// Who has to be asked how OAuth is done, since a server wants it and the file says no more
    /// than this: an https URL. Empty: nobody.
    std::string issuer;
    std::vector<Document> documentation;
    /// The issuer could not be asked: another time there may be more.
    bool is_unsure = false;
    /// What was left out and why, for people: "imap.example.com:143 is without TLS".
    std::vector<std::string> notes;
};

/// Fails with protocol_violation when the text is no autoconfig file at all: not well-formed, with
/// a DTD, too large, too deep, not about a provider. A server that makes no sense is only left out,
/// and may leave none.
///
/// A password is what `password-encrypted` asks for too, whatever mechanism takes it. OAuth counts
/// where the file, or the provider table for this host, says where it is done; nobody could use it
/// otherwise.
/// @param of_issuer what the `issuer` of the same text has said, where it was asked; the scopes
/// that
///     the file names are better
Result<AutoconfigFile> parse_autoconfig(std::string_view xml, const Address& address,
                                        const std::optional<OAuthFacts>& of_issuer = {});

}  // namespace gatepost::discovery
