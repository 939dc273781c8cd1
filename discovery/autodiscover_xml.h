// Autodiscover in "plain old XML" (MS-OXDSCLI): the question about an address, and what the answers
// mean. Pure. Fed by whoever answers on a domain that anyone may name.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.h"
#include "discovery/address.h"
#include "discovery/report.h"

namespace gatepost::discovery {

/// The body of the question.
std::string autodiscover_request(const Address& address);

struct AutodiscoverSettings {
    std::vector<Settings> servers;   ///< IMAP under TLS, in the order of the answer
    std::vector<PlainServer> plain;  ///< IMAP without TLS, which is never settings
    /// What was left out and why, for people.
    std::vector<std::string> notes;
};
/// Ask about this address instead, wherever it is answered for.
struct AutodiscoverOtherAddress {
    Address address;
};
/// Ask the same there. A URL, as it was written.
struct AutodiscoverOtherUrl {
    std::string url;
};
using AutodiscoverAnswer =
    std::variant<AutodiscoverSettings, AutodiscoverOtherAddress, AutodiscoverOtherUrl>;

/// Fails with protocol_violation when the text is no such answer, or an error told by the server. A
/// server that makes no sense is only left out.
///
/// How a server is secured: by `Encryption` where it is there, else by `SSL`, which is on where it
/// is not there either. Authors mean the same by "SSL" and "TLS", so the usual ports decide between
/// TLS from the start (993) and STARTTLS (143).
Result<AutodiscoverAnswer> parse_autodiscover(std::string_view xml, const Address& address);

/// The URL in an answer of the second version, which tells only where the first one is
/// ({"Protocol": "AutodiscoverV1", "Url": …}). Fails with protocol_violation.
Result<std::string> parse_autodiscover_json(std::string_view json);

}  // namespace gatepost::discovery
