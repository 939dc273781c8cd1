#include "core/secret.h"

#include <cstring>
#include <utility>

namespace gatepost {

Secret Secret::copy_of(std::string_view bytes) {
    Secret secret;
    secret.bytes_ = std::make_unique<char[]>(bytes.size());
    secret.size_ = bytes.size();
    if (!bytes.empty()) std::memcpy(secret.bytes_.get(), bytes.data(), bytes.size());
    return secret;
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        clear();
        bytes_ = std::move(other.bytes_);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

Secret::~Secret() {
    clear();
}

void Secret::clear() noexcept {
    if (bytes_) wipe(bytes_.get(), size_);
    bytes_.reset();
    size_ = 0;
}

void wipe(void* bytes, std::size_t size) noexcept {
    if (size != 0) ::explicit_bzero(bytes, size);
}

}  // namespace gatepost
