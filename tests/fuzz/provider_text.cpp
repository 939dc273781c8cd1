// The provider table's text form.
#include "discovery/provider_table.h"
#include "tests/fuzz/settings_hold.h"

using namespace gatepost::discovery;

FUZZ_TARGET(provider_text) {
    static const Address alice = *parse_address("alice@example.com");
    const auto table = ProviderTable::parse(input);
    if (!table) return;
    for (const ProviderEntry& entry : table->entries()) {
        for (const Candidate& candidate : entry.candidates(alice))
            gatepost::fuzz::require_good(candidate.settings);
        for (const std::string& domain : entry.domains)
            gatepost::fuzz::require(table->by_domain(domain) == &entry, "entries are found again");
    }
}
