// Looking for IMAP servers where they usually are, and the probe of one server as a fact of a
// report. Used by Inquiry and by the source guess.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "discovery/probe.h"
#include "discovery/report.h"
#include "net/deadline.h"

namespace gatepost::discovery {

/// For one probe: six round trips of 300 ms, so that there is time for the next candidate when a
/// server does not answer.
inline constexpr std::chrono::milliseconds probe_patience{2000};

/// The probe's answer, or the problem, as a report has it.
boost::asio::awaitable<ProbedServer> probe_server(Prober& prober, Server server,
                                                  net::Deadline deadline);

/// True when it answers and offers a way to sign in that is known here.
bool is_usable(const ProbedServer& probed);

/// Probes the host on 993 under TLS and on 143 with STARTTLS, at once (RFC 8314 prefers the
/// former). Answers what is known when the first of them is known to be usable, or both not to be.
boost::asio::awaitable<std::vector<ProbedServer>> probe_usual_ports(Prober& prober,
                                                                    std::string host,
                                                                    net::Deadline deadline);

/// Of a server that is not probed, since public facts prove it.
Probe known_server();
/// Of a server whose probe was cut short by the end of discovery.
Probe late_server(const Server& server);

}  // namespace gatepost::discovery
