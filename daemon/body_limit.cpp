#include "daemon/body_limit.h"

#include "discovery/known_providers.h"

namespace gatepost::daemon {
namespace {

constexpr std::uint64_t usual_bytes = 64 * 1024;  // the largest request is labels
// JSON writes a line's end with two characters, and little else of a table takes more than one.
constexpr std::uint64_t provider_table_bytes = 2 * discovery::max_imported_bytes;

}  // namespace

std::uint64_t body_limit(std::string_view method, std::string_view path, bool is_operator) {
    const bool is_import = method == "PUT" && path == "/v1/providers";
    return is_import && is_operator ? provider_table_bytes : usual_bytes;
}

std::uint64_t largest_body_limit() {
    return provider_table_bytes;
}

}  // namespace gatepost::daemon
