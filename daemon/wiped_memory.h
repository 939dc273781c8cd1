// Memory that is overwritten when it is given back: for requests, which hold passwords, and for
// what is parsed from them.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

#include <boost/json/memory_resource.hpp>

#include "core/secret.h"

namespace gatepost::daemon {

template <class T>
struct WipingAllocator {
    using value_type = T;

    WipingAllocator() = default;
    template <class U>
    WipingAllocator(const WipingAllocator<U>&) {}  // NOLINT: rebinding is implicit by contract

    T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T))); }
    void deallocate(T* memory, std::size_t count) noexcept {
        wipe(memory, count * sizeof(T));
        ::operator delete(memory);
    }
    bool operator==(const WipingAllocator&) const = default;
};

/// A vector and no string, whose short texts would lie in the object itself.
using WipedBytes = std::vector<char, WipingAllocator<char>>;

/// For Boost.JSON, which never asks for more than the usual alignment, and names another one when
/// it gives the memory of a key back.
class WipingResource final : public boost::json::memory_resource {
    void* do_allocate(std::size_t bytes, std::size_t /*alignment*/) override {
        return ::operator new(bytes);
    }
    void do_deallocate(void* memory, std::size_t bytes, std::size_t /*alignment*/) override {
        wipe(memory, bytes);
        ::operator delete(memory);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }
};

}  // namespace gatepost::daemon
