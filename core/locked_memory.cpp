#include "core/locked_memory.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace gatepost {
namespace {

// The call itself, since sanitizers make the C library's mlock() do nothing.
long lock_in_memory(void* memory, std::size_t size) {
    return ::syscall(SYS_mlock, memory, size);
}

Problem cannot_lock(int error) {
    return problem(ProblemKind::configuration,
                   std::string("Memory for keys and passwords cannot be locked (") +
                       std::strerror(error) + "): raise LimitMEMLOCK.");
}

}  // namespace

Result<LockedMemory> LockedMemory::map(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t mapped = (bytes + page - 1) / page * page + 2 * page;
    void* const mapping =
        ::mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED) return cannot_lock(errno);
    LockedMemory memory(mapping, mapped, page);
    if (::mprotect(memory.data_, memory.size_, PROT_READ | PROT_WRITE) != 0 ||
        lock_in_memory(memory.data_, memory.size_) != 0 ||
        ::madvise(memory.data_, memory.size_, MADV_DONTDUMP) != 0 ||
        ::madvise(memory.data_, memory.size_, MADV_WIPEONFORK) != 0) {
        return cannot_lock(errno);
    }
    return memory;
}

LockedMemory::LockedMemory(void* mapping, std::size_t mapped, std::size_t guard)
    : mapping_(mapping),
      mapped_(mapped),
      data_(static_cast<unsigned char*>(mapping) + guard),
      size_(mapped - 2 * guard) {}

LockedMemory::LockedMemory(LockedMemory&& other) noexcept
    : mapping_(std::exchange(other.mapping_, nullptr)),
      mapped_(other.mapped_),
      data_(other.data_),
      size_(other.size_) {}

LockedMemory& LockedMemory::operator=(LockedMemory&& other) noexcept {
    std::swap(mapping_, other.mapping_);
    std::swap(mapped_, other.mapped_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

LockedMemory::~LockedMemory() {
    if (mapping_ != nullptr) ::munmap(mapping_, mapped_);
}

}  // namespace gatepost
