// The TLS sessions that may be resumed, by host, newest first. A ticket of TLS 1.3 is given out
// once (RFC 8446 C.4), a session of TLS 1.2 stays. Used from every thread; private to net/.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <openssl/ssl.h>

namespace gatepost::net {

struct SessionDeleter {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using Session = std::unique_ptr<SSL_SESSION, SessionDeleter>;

class SessionCache {
  public:
    struct Bounds {
        std::size_t hosts;     ///< the host that was used longest ago goes first
        std::size_t per_host;  ///< the oldest session goes first
    };

    explicit SessionCache(Bounds bounds) : bounds_(bounds) {}

    void put(const std::string& host, Session session);
    /// The newest session of the host that may still be resumed, or null.
    Session take(const std::string& host);

  private:
    struct Host {
        std::string name;
        std::vector<Session> sessions;  ///< newest last
    };

    Bounds bounds_;
    std::mutex mutex_;
    std::list<Host> hosts_;  ///< most recently used first
    std::unordered_map<std::string_view, std::list<Host>::iterator> by_name_;
};

}  // namespace gatepost::net
