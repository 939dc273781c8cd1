#include "imap/reactor_services.h"

#include <utility>

namespace gatepost::imap {
namespace {

std::string endpoint_of(const Settings& settings) {
    return settings.host + ":" + std::to_string(settings.port);
}

}  // namespace

void ReactorMeters::count_sign_in(const Result<std::unique_ptr<Session>>& result) {
    if (result) {
        ++sign_ins_ok;
    } else if (is_refusal(result.error().kind)) {
        ++sign_ins_refused;
    } else {
        ++sign_ins_failed;
    }
}

ReactorServices::ReactorServices(boost::asio::any_io_executor reactor_executor,
                                 const ReactorOptions& reactor_options, net::Dialer& reactor_dialer,
                                 net::TlsContext& reactor_tls, Random reactor_random,
                                 std::function<void(Event)> reactor_events)
    : executor(reactor_executor),
      options(reactor_options),
      dialer(reactor_dialer),
      tls(reactor_tls),
      random(std::move(reactor_random)),
      events(std::move(reactor_events)),
      tasks(std::move(reactor_executor)),
      sign_ins(std::max<std::size_t>(reactor_options.connects_in_flight, 1)) {}

std::optional<Breaker::Blocked> ReactorServices::ask_breaker(const Settings& settings) {
    const auto found = breakers.find(endpoint_of(settings));
    return found == breakers.end() ? std::nullopt : found->second.ask(net::Clock::now());
}

void ReactorServices::tell_breaker(const Settings& settings,
                                   const Result<std::unique_ptr<Session>>& result) {
    if (result || !is_of_the_host(result.error())) {
        breakers.erase(endpoint_of(settings));
        return;
    }
    breakers[endpoint_of(settings)].failed(result.error(), net::Clock::now(), random);
}

void ReactorServices::tell_breaker_nothing(const Settings& settings) {
    const auto found = breakers.find(endpoint_of(settings));
    if (found != breakers.end()) found->second.gave_up();
}

}  // namespace gatepost::imap
