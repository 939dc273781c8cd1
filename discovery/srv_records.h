// SRV records of mail services (RFC 6186, 8314): their order and what they mean. Pure. Fed with
// answers of anyone's DNS.
#pragma once

#include <string>
#include <vector>

#include "discovery/address.h"
#include "discovery/report.h"
#include "net/resolver.h"

namespace gatepost::discovery {

/// RFC 2782: the lowest priority first. Among equals the larger weight comes first, always: what is
/// found is stored and shown, so the same records give the same settings.
std::vector<net::SrvRecord> in_order(std::vector<net::SrvRecord> records);

/// True when the domain says that the service is not offered: a single record with the target ".".
bool says_not_offered(const std::vector<net::SrvRecord>& records);

/// One way to the mailbox for each record that names a host and a port, in order. Proven when the
/// host is of the address's organisational domain (RFC 6186 6), or DNSSEC vouches for the answer.
std::vector<Candidate> srv_candidates(const net::Answer<net::SrvRecord>& answer, Security security,
                                      const Address& address, bool trust_ad);

}  // namespace gatepost::discovery
