#include "vault/key_arena.h"

#include <sodium.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "core/secret.h"

namespace gatepost::vault {
namespace {

// 512 keys. Needed are the wrapping keys, the tag key, and two for each thread that opens secrets.
constexpr std::size_t arena_bytes = std::size_t{16} * 1024;

// The call itself, since sanitizers make the C library's mlock() do nothing.
long lock_in_memory(void* memory, std::size_t size) {
    return ::syscall(SYS_mlock, memory, size);
}

Problem cannot_lock(int error) {
    return problem(ProblemKind::configuration,
                   std::string("The vault's keys cannot be locked in memory (") +
                       std::strerror(error) + "): raise LimitMEMLOCK.");
}

}  // namespace

Result<std::unique_ptr<KeyArena>> KeyArena::make() {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t mapped = arena_bytes + 2 * page;
    void* const mapping =
        ::mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED) return cannot_lock(errno);
    std::unique_ptr<KeyArena> arena(new KeyArena(static_cast<unsigned char*>(mapping), mapped));
    unsigned char* const keys = arena->mapping_ + page;
    if (::mprotect(keys, arena_bytes, PROT_READ | PROT_WRITE) != 0 ||
        lock_in_memory(keys, arena_bytes) != 0 ||
        ::madvise(keys, arena_bytes, MADV_DONTDUMP) != 0 ||
        ::madvise(keys, arena_bytes, MADV_WIPEONFORK) != 0) {
        return cannot_lock(errno);
    }
    for (std::size_t offset = 0; offset < arena_bytes; offset += Key::size) {
        arena->free_.push_back(keys + offset);
    }
    return arena;
}

KeyArena::KeyArena(unsigned char* mapping, std::size_t mapped)
    : mapping_(mapping), mapped_(mapped) {}

KeyArena::~KeyArena() {
    ::munmap(mapping_, mapped_);
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
