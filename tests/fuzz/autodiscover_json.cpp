// Autodiscover's answers in JSON.
#include "discovery/autodiscover_chain.h"
#include "tests/fuzz/settings_hold.h"

using gatepost::fuzz::require;
using namespace gatepost::discovery;

FUZZ_TARGET(autodiscover_json) {
    static const Address alice = *parse_address("alice@example.com");
    AutodiscoverChain chain(alice, autodiscover_json_url(alice));
    const std::string url = chain.begin().url;
    const auto next = chain.resume(
        gatepost::net::HttpResponse{200, "application/json", std::string(input), url, true, {}});
    if (const auto* request = std::get_if<gatepost::net::HttpRequest>(&next)) {
        require(request->url.starts_with("https://"), "nobody is asked without TLS");
    } else {
        gatepost::fuzz::require_good(std::get<Evidence>(next));
    }
}
