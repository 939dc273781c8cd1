// From a raw DNS message to records: what may be believed of an answer. Pure functions on bytes
// from anyone who can reach the DNS server's path; private to net/, and to its tests and fuzzers.
//
// An answer counts where its owner is the name that was asked for, or what a chain of CNAMEs within
// the message leads to. A record that is malformed in itself is left out and its siblings count; a
// message that is malformed as a whole fails.
#pragma once

#include <span>
#include <string>

#include <boost/asio/ip/address.hpp>

#include "net/resolver.h"

namespace gatepost::net {

using DnsMessage = std::span<const unsigned char>;

// Each fails with cannot_connect (fact reason=dns), unless the answer is NOERROR or NXDOMAIN.

/// The A and AAAA records.
Result<Answer<boost::asio::ip::address>> read_addresses(DnsMessage message, std::string name);
Result<Answer<MxRecord>> read_mx(DnsMessage message, std::string name);
Result<Answer<SrvRecord>> read_srv(DnsMessage message, std::string name);
Result<Answer<std::string>> read_txt(DnsMessage message, std::string name);

/// Both families as one answer, AAAA first. A family that failed does not fail the other's records.
Result<Answer<boost::asio::ip::address>> combine(Result<Answer<boost::asio::ip::address>> aaaa,
                                                 Result<Answer<boost::asio::ip::address>> a);

/// The name could not be looked up; `why` ends the sentence "The name … could not be looked up: ".
Problem dns_problem(const std::string& name, const std::string& why);

}  // namespace gatepost::net
