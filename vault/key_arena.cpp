#include "vault/key_arena.h"

#include <sodium.h>

#include <new>
#include <utility>

#include "core/secret.h"

namespace gatepost::vault {
namespace {

// 512 keys. Needed are the wrapping keys, the tag key, and two for each thread that opens secrets.
constexpr std::size_t arena_bytes = std::size_t{16} * 1024;

}  // namespace

Result<std::unique_ptr<KeyArena>> KeyArena::make() {
    if (::sodium_init() < 0) return problem(ProblemKind::internal, "libsodium does not start.");
    auto memory = LockedMemory::map(arena_bytes);
    if (!memory) return std::move(memory).error();
    return std::unique_ptr<KeyArena>(new KeyArena(std::move(*memory)));
}

KeyArena::KeyArena(LockedMemory memory) : memory_(std::move(memory)) {
    for (std::size_t offset = 0; offset < memory_.size(); offset += Key::size) {
        free_.push_back(memory_.data() + offset);
    }
}

unsigned char* KeyArena::take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) throw std::bad_alloc();
    unsigned char* const slot = free_.back();
    free_.pop_back();
    return slot;
}

void KeyArena::give_back(unsigned char* slot) noexcept {
    wipe(slot, Key::size);
    const std::lock_guard lock(mutex_);
    free_.push_back(slot);  // never allocates: it was that large before
}

Key Key::random(KeyArena& arena) {
    Key key(arena);
    ::randombytes_buf(key.bytes(), size);
    return key;
}

Key::Key(Key&& other) noexcept : arena_(other.arena_), slot_(std::exchange(other.slot_, nullptr)) {}

Key& Key::operator=(Key&& other) noexcept {
    std::swap(arena_, other.arena_);
    std::swap(slot_, other.slot_);
    return *this;
}

Key::~Key() {
    if (slot_ != nullptr) arena_->give_back(slot_);
}

}  // namespace gatepost::vault
