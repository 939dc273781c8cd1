// Discovery: from an address to settings that can be trusted. Asks all sources at once under one
// deadline, probes the server that is about to win, and answers as soon as nothing that is pending
// could beat what is there. One instance for one executor; not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "core/result.h"
#include "discovery/address.h"
#include "discovery/known_providers.h"
#include "discovery/probe.h"
#include "discovery/report.h"
#include "net/deadline.h"
#include "net/https.h"
#include "net/resolver.h"

namespace gatepost::discovery {

struct DiscoveryOptions {
    std::chrono::milliseconds deadline{5000};
    bool plain_http = false;  ///< also ask over http; such answers are never proven
    bool trust_ad = false;    ///< the resolver's AD bit proves DNS answers
    /// The database of providers that is asked for `<ispdb_url>/DOMAIN`; empty: none is.
    std::string ispdb_url = "https://autoconfig.thunderbird.net/v1.1/";
    bool probe = true;  ///< connect to the servers that are found, and to usual names
};

class Source;

class Discovery {
  public:
    /// The three references outlive the object.
    Discovery(net::Resolver& resolver, net::HttpsClient& https, Prober& prober,
              DiscoveryOptions options);
    ~Discovery();

    /// Never fails: what cannot be found is told by the report and its evidence.
    boost::asio::awaitable<Report> discover(Address address);

    /// The tables that are believed, of which one can be imported between two discoveries.
    KnownProviders& providers() { return providers_; }

  private:
    DiscoveryOptions options_;
    net::Resolver& resolver_;
    Prober* prober_;  // null: nothing is probed
    KnownProviders providers_;
    std::vector<std::unique_ptr<Source>> sources_;  // all but the guess
};

}  // namespace gatepost::discovery
