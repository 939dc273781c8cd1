#include "imap/reactor_services.h"

#include <utility>

namespace gatepost::imap {
void ReactorMeters::count_sign_in(const Result<std::unique_ptr<Session>>& result) {
    if (result) {
        ++sign_ins_ok;
    } else if (is_refusal(result.error().kind)) {
        ++sign_ins_refused;
    } else {
        ++sign_ins_failed;
    }
}

ReactorServices::ReactorServices(const boost::asio::any_io_executor& reactor_executor,
                                 const ReactorOptions& reactor_options, net::Dialer& reactor_dialer,
                                 net::TlsContext& reactor_tls, Random reactor_random,
                                 std::function<void(Event)> reactor_events)
    : executor(reactor_executor),
      options(reactor_options),
      dialer(reactor_dialer),
      tls(reactor_tls),
      random(std::move(reactor_random)),
      events(std::move(reactor_events)),
      tasks(reactor_executor),
      hosts(sign_in_pace, [this] { return random(); }),
      sign_ins(std::max<std::size_t>(reactor_options.connects_in_flight, 1),
               [this](const std::string& host) { return may_sign_in(host); }),
      pace_timer_(reactor_executor) {}

// Asked whenever a slot is free. Wakes the queue when the first of the hosts that have to wait may
// go.
bool ReactorServices::may_sign_in(const std::string& host) {
    const auto next = hosts.next_sign_in(host);
    if (next <= net::Clock::now()) return true;
    if (next < pace_timer_at_) {
        pace_timer_at_ = next;
        pace_timer_.expires_at(next);
        pace_timer_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            pace_timer_at_ = net::Clock::time_point::max();
            sign_ins.resume();
        });
    }
    return false;
}

std::string host_of(const Settings& settings) {
    return settings.host + ":" + std::to_string(settings.port);
}

void report(Hosts::Attempt attempt, const Result<std::unique_ptr<Session>>& result,
            ReactorMeters& meters) {
    meters.count_sign_in(result);
    if (result) {
        attempt.succeeded();
    } else {
        attempt.failed(result.error(), net::Clock::now());
    }
}

}  // namespace gatepost::imap
