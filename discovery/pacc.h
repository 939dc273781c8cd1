// PACC, the configuration that a domain publishes for user agents (draft-ietf-mailmaint-pacc): a
// JSON document, and in the DNS the digest of its bytes. Pure. Fed by whoever answers on a domain
// that anyone may name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "discovery/address.h"
#include "discovery/report.h"
#include "net/https.h"
#include "net/resolver.h"

namespace gatepost::discovery {

std::string pacc_url(const Address& address);
std::string pacc_digest_name(const Address& address);

struct PaccFile {
    std::string host;  ///< of the IMAP server, on port 993 under TLS; empty: none that is valid
    bool password = false;
    std::string issuer;  ///< where OAuth is done; empty: nowhere
    std::string provider_name;
    std::vector<Document> documentation;
};

/// Fails with protocol_violation when the text is no such document at all. What is not of the type
/// that the draft gives it counts as not there, and so does what the draft does not know.
Result<PaccFile> parse_pacc(std::string_view json);

enum class DigestVerdict {
    none,       ///< none is published
    matches,    ///< one of them is the document's
    differs,    ///< none of them is the document's
    unreadable  ///< there are only ones of a kind that is not known here
};

/// @param records the TXT records of pacc_digest_name(); others than PACC's do not count
/// @param digest the document's SHA-256 in base64
DigestVerdict check_digest(const std::vector<std::string>& records, std::string_view digest);

/// What the page and the records say together. Proven when the page came from the domain's own name
/// (doubt() in web_answer.h) and its digest is published and matches, or is known not to be
/// published. A page with another digest than the published ones is refused.
/// @param oauth the issuer's facts: without them nobody could use OAuth, so it is left out
Evidence judge_pacc(const Address& address, const net::HttpResponse& page, const PaccFile& file,
                    const Result<net::Answer<std::string>>& records,
                    const std::optional<Result<OAuthFacts>>& oauth);

}  // namespace gatepost::discovery
