// The text form of the provider table, line by line; etc/providers explains it. Fed with the file
// that is part of the program, and with what an operator has imported.
#pragma once

#include <deque>
#include <string_view>

#include "core/result.h"
#include "discovery/provider_table.h"

namespace gatepost::discovery {

struct ProviderText {
    std::deque<ProviderEntry> providers;
    std::deque<SecurityGateway> gateways;
};

/// Fails with `configuration` and a detail "provider table, line 12: …".
Result<ProviderText> read_provider_text(std::string_view text);

/// etc/providers as it was when the program was built.
std::string_view compiled_in_provider_text();

}  // namespace gatepost::discovery
