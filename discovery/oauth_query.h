// The metadata of an OAuth issuer by HTTPS. Used by the sources that read an issuer and nothing
// more of it.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/result.h"
#include "discovery/report.h"
#include "net/deadline.h"
#include "net/https.h"

namespace gatepost::discovery {

/// Asks the places of oauth_metadata_urls() at once, and believes the first in their order that
/// answers with metadata of this issuer, from its own organisational domain. `from` says where.
/// Gives up early: who offers OAuth mostly offers a password too, which must not wait for it.
/// Fails with what the first place said.
boost::asio::awaitable<Result<OAuthFacts>> ask_oauth_metadata(net::HttpsClient& https,
                                                              std::string issuer,
                                                              std::string provider,
                                                              net::Deadline deadline);

}  // namespace gatepost::discovery
