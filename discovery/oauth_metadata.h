// What an OAuth server says about itself: authorization server metadata (RFC 8414) and OpenID
// provider configuration (OpenID Connect Discovery 1.0), which agree in all that is read here.
// Pure. Fed by whoever a mail domain names as its issuer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "discovery/report.h"

namespace gatepost::discovery {

/// True for what may be an issuer: an https URL of a host name, without user information, port,
/// query or fragment (RFC 8414 2).
bool is_issuer(const std::string& issuer);

/// Where the issuer's metadata is asked for, the preferred place first. None for what is no issuer.
std::vector<std::string> oauth_metadata_urls(const std::string& issuer);

/// The facts in the document, with `from` and `provider` left empty; `scopes` are those that the
/// server says it knows, and only those for mail where it says which they are. Fails with
/// protocol_violation: it is no such document, it is about another issuer than the one that was
/// asked (RFC 8414 3.3), or an endpoint is not an https URL.
Result<OAuthFacts> parse_oauth_metadata(std::string_view json, const std::string& issuer);

/// What evidence says, for people, of an issuer that told nothing.
std::string oauth_left_out(const std::string& issuer, const Problem& why);

}  // namespace gatepost::discovery
