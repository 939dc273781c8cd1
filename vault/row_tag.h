// A row's tag: a keyed hash over its columns, so that a flipped bit in what is kept in the clear is
// found too, and a row is only ours if it was written with the vault's keys. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vault/bytes.h"
#include "vault/key_arena.h"

namespace gatepost::vault {

class RowTag {
  public:
    using Value = std::array<unsigned char, 16>;

    // The columns in their order; each with its type and length, so that none can run into the
    // next.
    void add(std::int64_t integer);
    void add(std::string_view text);
    void add(BytesView blob);
    void add_null();
    template <class T>
    void add(const std::optional<T>& value) {
        if (value) {
            add(*value);
        } else {
            add_null();
        }
    }

    [[nodiscard]] Value value(const Key& key) const;
    /// In constant time.
    [[nodiscard]] bool matches(const Key& key, BytesView tag) const;

  private:
    void add_header(char type, std::uint64_t number);

    Bytes columns_;
};

}  // namespace gatepost::vault
