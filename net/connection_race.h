// Which address of a host is tried when: Happy Eyeballs (RFC 8305), decided without sockets or
// clocks. Private to net/.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace gatepost::net {

/// RFC 8305 5, Connection Attempt Delay.
inline constexpr std::chrono::milliseconds attempt_delay{250};

class ConnectionRace {
  public:
    /// Brings the addresses into the order of RFC 8305 4: the families alternate, the first address
    /// stays first. Addresses that occur twice, or beyond a bound, are left out.
    explicit ConnectionRace(const std::vector<boost::asio::ip::address>& addresses);

    enum class Event {
        start,
        delay_passed,    ///< attempt_delay since the last attempt was begun
        attempt_failed,  ///< one of them
    };
    /// The address that is to be tried now, if any. The delay begins anew with it.
    std::optional<boost::asio::ip::address> resume(Event event);

    /// True while there is an address that was not tried, so that the delay matters.
    [[nodiscard]] bool has_more() const { return next_ < addresses_.size(); }
    /// True when all addresses were tried and have failed.
    [[nodiscard]] bool is_lost() const { return !has_more() && in_flight_ == 0; }

  private:
    std::vector<boost::asio::ip::address> addresses_;
    std::size_t next_ = 0;
    std::size_t in_flight_ = 0;
};

}  // namespace gatepost::net
