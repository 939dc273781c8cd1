// A source: one place that is asked for settings. To add one: a file source_<name>.cpp with a class
// of this interface, its factory here, and its line in Discovery's constructor.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "discovery/address.h"
#include "discovery/known_providers.h"
#include "discovery/probe.h"
#include "discovery/report.h"
#include "net/deadline.h"
#include "net/https.h"
#include "net/resolver.h"

namespace gatepost::discovery {

class Source {
  public:
    virtual ~Source() = default;

    [[nodiscard]] virtual SourceKind kind() const = 0;
    /// True when it answers from memory, at once. What it finds leaves nothing to ask the network.
    [[nodiscard]] virtual bool is_local() const { return false; }
    /// What it asks first, in words: the evidence's `from` when the source cannot say more.
    [[nodiscard]] virtual std::string asks(const Address& address) const = 0;
    /// Asks. The evidence's source, took and proven-by-default are filled in by the caller;
    /// problems of the network become the outcome and the detail. Cancelled when its answer no
    /// longer matters.
    virtual boost::asio::awaitable<Evidence> ask(Address address, net::Deadline deadline) = 0;
};

// What is referenced outlives the source.

std::unique_ptr<Source> make_providers_source(const KnownProviders& known);
std::unique_ptr<Source> make_pacc_source(net::Resolver& resolver, net::HttpsClient& https);
std::unique_ptr<Source> make_autoconfig_source(net::HttpsClient& https, bool plain_http);
std::unique_ptr<Source> make_srv_source(net::Resolver& resolver, bool trust_ad);
std::unique_ptr<Source> make_ispdb_source(net::HttpsClient& https, std::string ispdb_url);
/// An empty `ispdb_url` leaves that database out.
std::unique_ptr<Source> make_mx_source(net::Resolver& resolver, net::HttpsClient& https,
                                       const KnownProviders& known, std::string ispdb_url,
                                       bool trust_ad);
std::unique_ptr<Source> make_autodiscover_source(net::Resolver& resolver, net::HttpsClient& https);
/// @param prober null: probing is switched off, and the source says so
std::unique_ptr<Source> make_guess_source(net::Resolver& resolver, Prober* prober,
                                          const KnownProviders& known);

}  // namespace gatepost::discovery
