#include "core/secret.h"

#include <cstring>
#include <utility>

#include "core/secret_memory.h"

namespace gatepost {

Secret Secret::copy_of(std::string_view bytes) {
    Secret secret;
    if (bytes.empty()) return secret;
    secret.bytes_ = SecretMemory::take(bytes.size());
    secret.size_ = bytes.size();
    std::memcpy(secret.bytes_, bytes.data(), bytes.size());
    return secret;
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        clear();
        bytes_ = std::exchange(other.bytes_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

Secret::~Secret() {
    clear();
}

void Secret::clear() noexcept {
    if (bytes_ != nullptr) SecretMemory::give_back(bytes_, size_);
    bytes_ = nullptr;
    size_ = 0;
}

void wipe(void* bytes, std::size_t size) noexcept {
    if (size != 0) ::explicit_bzero(bytes, size);
}

}  // namespace gatepost
