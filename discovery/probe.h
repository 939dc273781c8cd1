// Probing: whether an IMAP server is where a source says, under a certificate that is valid for its
// name, and which ways to sign in it offers. It never signs in. Used by Discovery and the source
// guess, on their executor; hosts are named by anyone's servers.
#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/result.h"
#include "core/settings.h"
#include "discovery/probe_conversation.h"
#include "net/deadline.h"
#include "net/dialer.h"
#include "net/egress.h"
#include "net/tls.h"

namespace gatepost::discovery {

class Prober {
  public:
    virtual ~Prober() = default;

    /// Connects, makes TLS, reads the greeting and the capabilities, and takes its leave. Fails as
    /// Dialer and Stream do, and with host_not_allowed (the port too), tls_failed (fact reason also
    /// starttls_unavailable, starttls_refused, starttls_injection), protocol_violation (no IMAP,
    /// PREAUTH, too much), provider_unavailable (BYE) and timed_out.
    virtual boost::asio::awaitable<Result<Capabilities>> probe(std::string host, std::uint16_t port,
                                                               Security security,
                                                               net::Deadline deadline) = 0;
};

/// The referenced objects outlive the prober.
class DialingProber final : public Prober {
  public:
    DialingProber(net::Dialer& dialer, net::TlsContext& tls, const net::EgressPolicy& egress)
        : dialer_(dialer), tls_(tls), egress_(egress) {}

    boost::asio::awaitable<Result<Capabilities>> probe(std::string host, std::uint16_t port,
                                                       Security security,
                                                       net::Deadline deadline) override;

  private:
    net::Dialer& dialer_;
    net::TlsContext& tls_;
    const net::EgressPolicy& egress_;
};

}  // namespace gatepost::discovery
