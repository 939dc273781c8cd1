// Memory for what must not be seen: never swapped, dumped or inherited by a child, with a guard
// page at either end. Used by secrets, and by the vault for its keys.
#pragma once

#include <cstddef>

#include "core/result.h"

namespace gatepost {

class LockedMemory {
  public:
    /// Zeroed, and as many whole pages as the bytes need. Fails with `configuration`, which names
    /// the limit to raise, when it cannot be locked.
    static Result<LockedMemory> map(std::size_t bytes);

    LockedMemory(LockedMemory&& other) noexcept;
    LockedMemory& operator=(LockedMemory&& other) noexcept;
    LockedMemory(const LockedMemory&) = delete;
    LockedMemory& operator=(const LockedMemory&) = delete;
    ~LockedMemory();

    [[nodiscard]] unsigned char* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    LockedMemory(void* mapping, std::size_t mapped, std::size_t guard);

    void* mapping_;
    std::size_t mapped_;
    unsigned char* data_;
    std::size_t size_;
};

}  // namespace gatepost
