// A chain of Autodiscover's questions, from a place to ask to settings: the second version's answer
// leads to the first version, which may lead to another place or address. Pure: resumed with each
// answer, it says what to ask next, or what came of it all.
//
// No hop is ever without TLS, for each of them is told the address; none is given a password.
#pragma once

#include <string>
#include <variant>

#include "core/result.h"
#include "discovery/address.h"
#include "discovery/report.h"
#include "net/https.h"

namespace gatepost::discovery {

// Where to begin, for D the address's domain, of which no label is ever taken off.

/// https://autodiscover.D/autodiscover/autodiscover.json, the second version.
std::string autodiscover_json_url(const Address& address);
/// The first version's place on a host: D, or autodiscover.D, or what an SRV record names.
std::string autodiscover_url(const std::string& host);

class AutodiscoverChain {
  public:
    /// Proven is what hosts of the address's organisational domain say, with no others between.
    AutodiscoverChain(Address address, std::string url);

    /// The first question; called once.
    net::HttpRequest begin();
    /// What follows from the answer to the question before.
    std::variant<net::HttpRequest, Evidence> resume(const Result<net::HttpResponse>& answer);

  private:
    using Next = std::variant<net::HttpRequest, Evidence>;

    net::HttpRequest question();
    Next follow(std::string url);
    Next judge(const net::HttpResponse& page);
    [[nodiscard]] Evidence end(Outcome outcome, std::string detail) const;

    Address address_;  ///< the one that is asked about
    std::string domain_;
    std::string url_;
    std::string hops_;       ///< the URLs so far, for people
    int left_;               ///< redirects that would still be followed
    bool answered_ = false;  ///< somebody has heard the address
    std::string doubt_;
};

}  // namespace gatepost::discovery
