// Addresses as people type them, and the domains in them.
#include "discovery/address.h"
#include "discovery/domain.h"
#include "tests/fuzz/settings_hold.h"

using gatepost::fuzz::require;
using namespace gatepost::discovery;

FUZZ_TARGET(addresses) {
    const auto address = parse_address(input);
    if (address) {
        require(gatepost::is_host_name(address->domain), "the domain is a host name");
        require(address->text == address->local + "@" + address->domain,
                "the parts make the whole");
        const auto again = parse_address(address->text);
        require(again.has_value() && again->text == address->text, "the normal form is stable");
    }
    const auto name = a_label_of(input);
    if (!name) return;
    const std::string organisation = organisational_domain(*name);
    require(organisation.empty() || name->ends_with(organisation), "the domain is of the name");
    require(same_organisation(*name, *name), "a name is of its own organisation");
}
