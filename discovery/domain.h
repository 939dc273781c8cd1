// Domain names: their form in the DNS (IDNA), and who may register below them (the Public Suffix
// List). Pure; fed with names that people typed and that servers answered.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace gatepost::discovery {

/// The name as the DNS has it: UTS 46 non-transitional, IDNA2008, STD3 rules, lower case, without
/// the final dot. Whether it is a host name is another question. Fails with bad_request and
/// libidn2's words.
Result<std::string> a_label_of(std::string_view name);

/// The domain that somebody registered: "example.co.uk" of "mail.example.co.uk". Empty when the
/// name is itself a public suffix, or no name at all.
std::string organisational_domain(std::string_view name);

/// True when both belong to one registered domain, or are the same name.
bool same_organisation(std::string_view name, std::string_view other);

}  // namespace gatepost::discovery
