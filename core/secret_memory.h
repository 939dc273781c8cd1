// Where the bytes of secrets live: locked memory, handed out in pieces. From any thread.
//
// One memory for all of them instead of sodium_malloc for each: that is slow, and beyond the limit
// of locked memory it hands out unlocked memory without a word.
#pragma once

#include <cstddef>

#include "core/result.h"

namespace gatepost {

class SecretMemory {
  public:
    /// Locks the first of it now. For the start of a program that does not go on without: fails
    /// with `configuration`. Who never asks gets memory that is locked if the limits allow it.
    static Result<void> lock();

    /// As many bytes. Throws std::bad_alloc.
    static char* take(std::size_t size);
    /// Wipes what was taken with that size, and takes it back.
    static void give_back(char* bytes, std::size_t size) noexcept;

    /// How many bytes of it are locked, and how many could not be when more was needed than at
    /// the start.
    struct Extent {
        std::size_t locked = 0;
        std::size_t unlocked = 0;
    };
    static Extent extent();
};

}  // namespace gatepost
