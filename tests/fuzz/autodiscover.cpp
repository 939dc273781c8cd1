// Autodiscover's answers in XML, as the whole chain takes them.
#include "discovery/autodiscover_chain.h"
#include "tests/fuzz/settings_hold.h"

using gatepost::fuzz::require;
using namespace gatepost::discovery;

FUZZ_TARGET(autodiscover) {
    AutodiscoverChain chain(*parse_address("alice@example.com"), autodiscover_url("example.com"));
    std::string url = chain.begin().url;
    for (int questions = 1;; ++questions) {
        require(questions < 10, "the chain ends");
        const gatepost::net::HttpResponse page{200, "text/xml", std::string(input), url, true, {}};
        auto next = chain.resume(page);
        if (const auto* evidence = std::get_if<Evidence>(&next)) {
            gatepost::fuzz::require_good(*evidence);
            return;
        }
        url = std::get<gatepost::net::HttpRequest>(next).url;
        require(url.starts_with("https://"), "nobody is asked without TLS");
    }
}
