#include "vault/row_tag.h"

#include <sodium.h>

namespace gatepost::vault {

void RowTag::add(std::int64_t integer) {
    add_header('i', static_cast<std::uint64_t>(integer));
}

void RowTag::add(std::string_view text) {
    add_header('t', text.size());
    columns_.insert(columns_.end(), text.begin(), text.end());
}

void RowTag::add(BytesView blob) {
    add_header('b', blob.size());
    columns_.insert(columns_.end(), blob.begin(), blob.end());
}

void RowTag::add_null() {
    add_header('n', 0);
}

void RowTag::add_header(char type, std::uint64_t number) {
    columns_.push_back(static_cast<unsigned char>(type));
    for (int shift = 56; shift >= 0; shift -= 8) {
        columns_.push_back(static_cast<unsigned char>(number >> shift));
    }
}

RowTag::Value RowTag::value(const Key& key) const {
    Value value;
    ::crypto_generichash(value.data(), value.size(), columns_.data(), columns_.size(), key.bytes(),
                         Key::size);
    return value;
}

bool RowTag::matches(const Key& key, BytesView tag) const {
    const Value right = value(key);
    return tag.size() == right.size() &&
           ::sodium_memcmp(right.data(), tag.data(), right.size()) == 0;
}

}  // namespace gatepost::vault
