// What the pools of one reactor share: the way to the network, the bounds on it, and where events
// and figures go. Owned by the reactor, which outlives its pools and their tasks. One thread, but
// for the meters, which are read from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>

#include "imap/backoff.h"
#include "imap/breaker.h"
#include "imap/messages.h"
#include "imap/reactor.h"
#include "imap/relay.h"
#include "imap/sign_in_queue.h"
#include "imap/task_group.h"
#include "net/dialer.h"
#include "net/tls.h"

namespace gatepost::imap {

struct ReactorMeters {
    std::atomic<std::uint64_t> sign_ins_ok = 0;
    std::atomic<std::uint64_t> sign_ins_refused = 0;
    std::atomic<std::uint64_t> sign_ins_failed = 0;
    std::atomic<std::uint64_t> leases = 0;
    std::atomic<std::uint64_t> sessions_idle = 0;
    std::atomic<std::uint64_t> sessions_leased = 0;
    std::atomic<std::uint64_t> sessions_connecting = 0;
    Relay::Meters relayed;

    void count_sign_in(const Result<std::unique_ptr<Session>>& result);
};

struct ReactorServices {
    /// What is referenced outlives the services.
    ReactorServices(boost::asio::any_io_executor reactor_executor,
                    const ReactorOptions& reactor_options, net::Dialer& reactor_dialer,
                    net::TlsContext& reactor_tls, Random reactor_random,
                    std::function<void(Event)> reactor_events);

    /// Whether the host of the settings may be tried: why not, or nothing.
    std::optional<Breaker::Blocked> ask_breaker(const Settings& settings);
    void tell_breaker(const Settings& settings, const Result<std::unique_ptr<Session>>& result);
    /// The attempt was given up.
    void tell_breaker_nothing(const Settings& settings);

    boost::asio::any_io_executor executor;
    const ReactorOptions& options;
    net::Dialer& dialer;
    net::TlsContext& tls;
    Random random;
    std::function<void(Event)> events;
    TaskGroup tasks;
    SignInQueue sign_ins;
    ReactorMeters meters;
    /// By host and port; only of hosts that failed lately.
    std::unordered_map<std::string, Breaker> breakers;
};

/// A whole sign-in, from the queue to the session, takes no longer; and neither does a wait for
/// one.
inline constexpr std::chrono::seconds sign_in_patience{30};

}  // namespace gatepost::imap
