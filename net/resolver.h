// DNS: typed questions and answers. The interface is what discovery and dialling use, and what
// tests play; CaresResolver (net/cares_resolver.h) is the real one. Names are A-labels; they are
// always asked fully qualified: no search domains, no hosts file.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include "core/result.h"
#include "net/deadline.h"

namespace gatepost::net {

struct MxRecord {
    std::uint16_t preference = 0;
    std::string host;  ///< lower case, without the final dot; empty for a null MX (RFC 7505)
};

/// RFC 2782. A target of "" (the root) says that the service is not offered.
struct SrvRecord {
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    std::uint16_t port = 0;
    std::string target;  ///< lower case, without the final dot
};

/// Records of one name. No records and no problem: the name or the type does not exist.
template <class Record>
struct Answer {
    std::vector<Record> records;
    bool authenticated = false;   ///< the resolver set the AD bit (RFC 4035); see [dns] trust_ad
    std::chrono::seconds ttl{0};  ///< the smallest of the records'
};

class Resolver {
  public:
    virtual ~Resolver() = default;

    // Each fails with cannot_connect (fact reason=dns: no server answers, SERVFAIL, REFUSED, a
    // malformed answer), timed_out or cancelled.

    /// A and AAAA, as the server ordered them, AAAA first.
    virtual boost::asio::awaitable<Result<Answer<boost::asio::ip::address>>> addresses(
        std::string name, Deadline deadline) = 0;
    virtual boost::asio::awaitable<Result<Answer<MxRecord>>> mx(std::string name,
                                                                Deadline deadline) = 0;
    virtual boost::asio::awaitable<Result<Answer<SrvRecord>>> srv(std::string name,
                                                                  Deadline deadline) = 0;
    /// Each record's character strings joined (RFC 7208 3.3).
    virtual boost::asio::awaitable<Result<Answer<std::string>>> txt(std::string name,
                                                                    Deadline deadline) = 0;
};

}  // namespace gatepost::net
