// Bytes that are not text and not secret: sealed fields, wrapped keys, tags. Used within vault/
// only.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace gatepost::vault {

using Bytes = std::vector<unsigned char>;
using BytesView = std::span<const unsigned char>;

/// The same bytes under the other type.
inline BytesView bytes_of(std::string_view text) {
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace gatepost::vault
