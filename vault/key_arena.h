// Where keys live: one stretch of memory, made once, that is never swapped, dumped or inherited by
// a child. Keys are taken from it and given back wiped. Used within vault/, from any of its
// threads.
//
// One arena instead of sodium_malloc for each key: that is slow, and beyond the limit of locked
// memory it hands out unlocked memory without a word.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "core/result.h"

namespace gatepost::vault {

class KeyArena {
  public:
    /// Fails with `configuration` when the memory cannot be locked.
    static Result<std::unique_ptr<KeyArena>> make();
    /// Every key has gone before.
    ~KeyArena();
    KeyArena(const KeyArena&) = delete;
    KeyArena& operator=(const KeyArena&) = delete;

  private:
    friend class Key;
    KeyArena(unsigned char* mapping, std::size_t mapped);

    /// A zeroed slot. Throws std::bad_alloc when all are taken, which is a bug: keys are few.
    unsigned char* take();
    void give_back(unsigned char* slot) noexcept;

    unsigned char* mapping_;  ///< with a guard page at either end
    std::size_t mapped_;
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
