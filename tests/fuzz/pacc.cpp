// PACC files, and the TXT records of their digests: the lines after the first NUL byte.
#include "discovery/pacc.h"
#include "tests/fuzz/settings_hold.h"

using namespace gatepost::discovery;

FUZZ_TARGET(pacc) {
    static const Address alice = *parse_address("alice@example.com");
    const std::string_view body = input.substr(0, input.find('\0'));
    gatepost::net::Answer<std::string> records;
    std::string_view rest = input.substr(std::min(body.size() + 1, input.size()));
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        records.records.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto file = parse_pacc(body);
    if (!file) {
        check_digest(records.records, body);
        return;
    }
    const OAuthFacts facts{
        "example.com", file->issuer, "https://a.example", "https://t.example", {}};
    std::optional<gatepost::Result<OAuthFacts>> oauth;
    if (!file->issuer.empty()) oauth = gatepost::Result<OAuthFacts>(facts);
    const gatepost::net::HttpResponse page{
        200, "application/json", std::string(body), pacc_url(alice), true, {}};
    gatepost::fuzz::require_good(judge_pacc(alice, page, *file, records, oauth));
}
