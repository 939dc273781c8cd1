// Reactor: one thread with an io_context of its own, and the pools of the accounts that live there.
// Commands go in from any thread, events come out on the reactor's thread; both are plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "imap/messages.h"
#include "net/cares_resolver.h"
#include "net/egress.h"
#include "net/tls.h"

namespace gatepost::imap {

struct ReactorOptions {
    std::size_t sessions_per_account = 1;
    std::size_t max_sessions_per_account = 5;
    std::size_t connects_in_flight = 64;  ///< sign-ins at the same time, of all accounts here
    std::chrono::seconds keepalive{9 * 60};
    std::chrono::seconds lease_idle_timeout{30 * 60};
    net::ResolverOptions dns;
};

/// Counters since the start and gauges of the moment, for metrics. Read from any thread.
struct ReactorStats {
    std::uint64_t sign_ins_ok = 0;
    std::uint64_t sign_ins_refused = 0;
    std::uint64_t sign_ins_failed = 0;
    std::uint64_t leases = 0;
    std::uint64_t relayed_bytes_to_client = 0;
    std::uint64_t relayed_bytes_to_provider = 0;
    std::uint64_t sessions_idle = 0;
    std::uint64_t sessions_leased = 0;
    std::uint64_t sessions_connecting = 0;
    std::chrono::microseconds longest_stall{0};  ///< how late the reactor's timer was, at worst
};

class Reactor {
  public:
    /// @param events called on the reactor's thread; must not block. The two references outlive the
    /// reactor. Fails with `configuration` where the resolver cannot be made.
    static Result<std::unique_ptr<Reactor>> start(ReactorOptions options,
                                                  const net::EgressPolicy& egress,
                                                  net::TlsContext& tls,
                                                  std::function<void(Event)> events);
    /// Stops hard, if Stop was not sent before, and joins the thread.
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// From any thread. Commands are carried out in the order of their sending.
    void send(Command command);

    [[nodiscard]] ReactorStats stats() const;

  private:
    class Impl;
    explicit Reactor(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::imap
