// What the API is asked and answers about the provider tables. Pure. Fed by the operator only.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "connector/provider_imports.h"
#include "core/result.h"

namespace gatepost::daemon {

/// The body of PUT /v1/providers: the table's text. Fails with bad_request.
Result<std::string> read_provider_table(std::string_view body);

/// {"tables": […]}, in the order in which they are believed. The age is what `now` makes it.
boost::json::object to_json(const connector::ProviderImports& imports,
                            std::chrono::system_clock::time_point now);

}  // namespace gatepost::daemon
