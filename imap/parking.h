// Parking: sessions that a SignIn left, until the Serve that follows it adopts them. Without one
// they are not kept for long: nobody watches them. No I/O; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "imap/session.h"
#include "net/deadline.h"

namespace gatepost::imap {

class Parking {
  public:
    using Time = net::Clock::time_point;

    /// Answers the account's session that was there before, which is the caller's to close; or
    /// null.
    std::unique_ptr<Session> park(const std::string& account, std::uint64_t version,
                                  std::unique_ptr<Session> session, Time now);
    /// The account's session, if it is of this version; else null.
    std::unique_ptr<Session> take(const std::string& account, std::uint64_t version);
    /// The account's session of whatever version; or null.
    std::unique_ptr<Session> take(const std::string& account);
    /// Those that have been here for too long.
    std::vector<std::unique_ptr<Session>> take_expired(Time now);
    std::vector<std::unique_ptr<Session>> take_all();

  private:
    struct Place {
        std::uint64_t version;
        std::unique_ptr<Session> session;
        Time until;
    };

    std::unordered_map<std::string, Place> places_;
};

}  // namespace gatepost::imap
