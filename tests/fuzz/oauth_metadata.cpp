// The metadata of OAuth issuers, and what may be an issuer.
#include "discovery/oauth_metadata.h"
#include "tests/fuzz/settings_hold.h"

using gatepost::fuzz::require;
using namespace gatepost::discovery;

FUZZ_TARGET(oauth_metadata) {
    const auto facts = parse_oauth_metadata(input, "https://login.example.com");
    if (facts) {
        require(facts->token_endpoint.starts_with("https://"), "tokens come under TLS");
        Report report;
        report.oauth = *facts;
        to_json(report);
    }
    for (const std::string& url : oauth_metadata_urls(std::string(input)))
        require(url.starts_with("https://"), "metadata comes under TLS");
}
