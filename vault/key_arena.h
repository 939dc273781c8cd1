// Where keys live: one stretch of locked memory, made once. Keys are taken from it and given back
// wiped. Used within vault/, from any of its threads. Not the memory of secrets: keys are few and
// stay, so that there never is one that is not locked.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "core/locked_memory.h"
#include "core/result.h"

namespace gatepost::vault {

class KeyArena {
  public:
    /// Also starts libsodium, which nobody needs before there are keys. Fails with `configuration`
    /// when the memory cannot be locked.
    static Result<std::unique_ptr<KeyArena>> make();
    /// Every key has gone before.
    ~KeyArena() = default;
    KeyArena(const KeyArena&) = delete;
    KeyArena& operator=(const KeyArena&) = delete;

  private:
    friend class Key;
    explicit KeyArena(LockedMemory memory);

    /// A zeroed slot. Throws std::bad_alloc when all are taken, which is a bug: keys are few.
    unsigned char* take();
    void give_back(unsigned char* slot) noexcept;

    LockedMemory memory_;
    std::mutex mutex_;
    std::vector<unsigned char*> free_;
};

/// 32 secret bytes in the arena, which outlives the key.
class Key {
  public:
    static constexpr std::size_t size = 32;

    /// All zero, to be filled through bytes().
    explicit Key(KeyArena& arena) : arena_(&arena), slot_(arena.take()) {}
    static Key random(KeyArena& arena);

    Key(Key&& other) noexcept;
    Key& operator=(Key&& other) noexcept;
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    ~Key();

    [[nodiscard]] unsigned char* bytes() { return slot_; }
    [[nodiscard]] const unsigned char* bytes() const { return slot_; }
    [[nodiscard]] KeyArena& arena() const { return *arena_; }

  private:
    KeyArena* arena_;
    unsigned char* slot_;  ///< null once moved from
};

}  // namespace gatepost::vault
