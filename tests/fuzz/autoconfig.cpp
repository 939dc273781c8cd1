// Autoconfig files: from a web server, and from a folder that is imported into the provider table.
#include "discovery/autoconfig_query.h"
#include "discovery/autoconfig_xml.h"
#include "discovery/provider_import.h"
#include "tests/fuzz/settings_hold.h"

using gatepost::fuzz::require;
using namespace gatepost::discovery;

FUZZ_TARGET(autoconfig) {
    static const Address alice = *parse_address("alice@example.com");
    const std::string url = "https://autoconfig.example.com/mail/config-v1.1.xml";
    const gatepost::net::HttpResponse page{200, "text/xml", std::string(input), url, true, {}};
    const auto file = parse_autoconfig(input, alice);
    gatepost::fuzz::require_good(judge_autoconfig(url, page, file));
    if (file && !file->issuer.empty()) {
        const OAuthFacts facts{"example.com",       file->issuer, "https://a.example",
                               "https://t.example", {},           url};
        gatepost::fuzz::require_good(
            judge_autoconfig(url, page, parse_autoconfig(input, alice, facts)));
    }

    ProviderImport import;
    const auto left_out = import.add(input);
    require(!left_out || ProviderTable::parse(import.text()).has_value(),
            "what is imported can be read");
}
