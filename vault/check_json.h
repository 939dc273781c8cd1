// What a check has found as JSON: the result of the API's job, and what `gatepost vault check`
// prints. Pure.
#pragma once

#include <boost/json/object.hpp>

#include "vault/check_report.h"

namespace gatepost::vault {

/// {"whole", "accounts", "documents", "file": [words], "keys": words or null, "damaged_accounts":
/// [{"account", "damage"}], "damaged_documents": [{"document", "damage"}]}
boost::json::object to_json(const CheckReport& report);

}  // namespace gatepost::vault
