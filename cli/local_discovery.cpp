#include "cli/local_discovery.h"

#include <boost/asio/io_context.hpp>

#include "cli/blocking.h"
#include "discovery/address.h"
#include "discovery/discovery.h"
#include "discovery/report_json.h"
#include "net/cares_resolver.h"
#include "net/dialer.h"
#include "net/egress.h"
#include "net/https.h"
#include "net/tls.h"

namespace gatepost::cli {

Outcome<boost::json::object> discover_locally(const std::string& text) {
    auto address = discovery::parse_address(text);
    if (!address) return Failure(address.error());
    boost::asio::io_context context;
    auto resolver = net::CaresResolver::make(context.get_executor(), {});
    if (!resolver) return Failure(resolver.error());
    auto tls = net::TlsContext::make({});
    if (!tls) return Failure(tls.error());
    const auto egress = net::EgressPolicy::make({}, {143, 993});
    if (!egress) return Failure(egress.error());
    net::TcpDialer dialer(**resolver, *egress);
    net::DialingHttpsClient https(dialer, **tls);
    discovery::DialingProber prober(dialer, **tls, *egress);
    discovery::Discovery discovery(**resolver, https, prober, {});
    return to_json(run_until_done(context, discovery.discover(std::move(*address))));
}

}  // namespace gatepost::cli
