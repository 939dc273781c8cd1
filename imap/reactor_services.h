// What the pools of one reactor share: the way to the network, the bounds on it, and where events
// and figures go. Owned by the reactor, which outlives its pools and their tasks. One thread, but
// for the meters, which are read from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "imap/backoff.h"
#include "imap/hosts.h"
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
    ReactorServices(const boost::asio::any_io_executor& reactor_executor,
                    const ReactorOptions& reactor_options, net::Dialer& reactor_dialer,
                    net::TlsContext& reactor_tls, Random reactor_random,
                    std::function<void(Event)> reactor_events);

    boost::asio::any_io_executor executor;
    const ReactorOptions& options;
    net::Dialer& dialer;
    net::TlsContext& tls;
    Random random;
    std::function<void(Event)> events;
    TaskGroup tasks;
    Hosts hosts;
    SignInQueue sign_ins;
    ReactorMeters meters;

  private:
    bool may_sign_in(const std::string& host);

    boost::asio::steady_timer pace_timer_;
    net::Clock::time_point pace_timer_at_ = net::Clock::time_point::max();
};

/// By what the mail server is known to Hosts and the queue.
std::string host_of(const Settings& settings);

/// What came of a sign-in, for its host and for metrics.
void report(Hosts::Attempt attempt, const Result<std::unique_ptr<Session>>& result,
            ReactorMeters& meters);

/// Of the sign-ins at one mail server: no provider tells what it takes, and so this is what we
/// need. 2,000 accounts of one provider are back in 7.5 s after a restart, 50,000 in four minutes,
/// and the provider never sees more than this of a reactor.
inline constexpr TokenRate sign_in_pace{std::chrono::milliseconds(5), 500};

/// A whole sign-in, from the queue to the session, takes no longer; and neither does a wait for
/// one.
inline constexpr std::chrono::seconds sign_in_patience{30};

}  // namespace gatepost::imap
