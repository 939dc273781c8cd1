// How large a request's body may be. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatepost::daemon {

/// In bytes. Provider tables are large; whoever may import one may send as much.
std::uint64_t body_limit(std::string_view method, std::string_view path, bool is_operator);
/// No request may have more.
std::uint64_t largest_body_limit();

}  // namespace gatepost::daemon
