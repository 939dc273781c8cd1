#include "core/secret_memory.h"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <new>
#include <vector>

#include "core/locked_memory.h"
#include "core/secret.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(bytes, size) static_cast<void>(0)
#define ASAN_UNPOISON_MEMORY_REGION(bytes, size) static_cast<void>(0)
#endif

namespace gatepost {
namespace {

// Room for the secrets of some hundred sign-ins under way; a sign-in holds a handful of them.
constexpr std::size_t stretch_bytes = std::size_t{256} * 1024;

// Pieces are powers of two. Passwords and tokens are short; an application's key file is not.
constexpr std::size_t smallest_piece = 64;
constexpr std::size_t largest_piece = std::size_t{64} * 1024;
constexpr std::size_t sizes = std::bit_width(largest_piece / smallest_piece);

class Pieces {
  public:
    Result<void> lock() {
        const std::lock_guard lock(mutex_);
        return extent_.locked > 0 ? Result<void>() : add_locked_stretch();
    }

    char* take(std::size_t size) {
        const std::lock_guard lock(mutex_);
        Free& free = free_[index_of(size)];
        if (free.pieces.empty()) carve(free, piece_bytes(size));
        char* const piece = free.pieces.back();
        free.pieces.pop_back();
        ASAN_UNPOISON_MEMORY_REGION(piece, size);
        return piece;
    }

    void give_back(char* piece, std::size_t size) noexcept {
        ASAN_POISON_MEMORY_REGION(piece, piece_bytes(size));
        const std::lock_guard lock(mutex_);
        free_[index_of(size)].pieces.push_back(piece);  // never allocates: see carve()
    }

    SecretMemory::Extent extent() {
        const std::lock_guard lock(mutex_);
        return extent_;
    }

  private:
    struct Free {
        std::vector<char*> pieces;
        std::size_t made = 0;  ///< of this size, free or not
    };

    static std::size_t piece_bytes(std::size_t size) {
        return std::bit_ceil(std::max(size, smallest_piece));
    }
    static std::size_t index_of(std::size_t size) {
        return static_cast<std::size_t>(std::countr_zero(piece_bytes(size) / smallest_piece));
    }

    void carve(Free& free, std::size_t bytes) {
        if (left_ < bytes) add_stretch();
        free.pieces.reserve(++free.made);
        free.pieces.push_back(next_);
        next_ += bytes;
        left_ -= bytes;
    }

    void add_stretch() {
        if (add_locked_stretch()) return;
        use(new char[stretch_bytes]);
        extent_.unlocked += stretch_bytes;
    }

    Result<void> add_locked_stretch() {
        auto memory = LockedMemory::map(stretch_bytes);
        if (!memory) return std::move(memory).error();
        stretches_.push_back(std::move(*memory));
        use(reinterpret_cast<char*>(stretches_.back().data()));
        extent_.locked += stretch_bytes;
        return {};
    }

    void use(char* stretch) {
        next_ = stretch;
        left_ = stretch_bytes;
        ASAN_POISON_MEMORY_REGION(stretch, stretch_bytes);
    }

    std::mutex mutex_;
    std::vector<LockedMemory> stretches_;
    char* next_ = nullptr;  ///< of the last stretch, what was never a piece
    std::size_t left_ = 0;
    std::array<Free, sizes> free_;
    SecretMemory::Extent extent_;
};

// Never destroyed, since secrets of static objects may outlive any order.
Pieces& pieces() {
    static auto* const pieces = new Pieces();
    return *pieces;
}

}  // namespace

Result<void> SecretMemory::lock() {
    return pieces().lock();
}

char* SecretMemory::take(std::size_t size) {
    // Nothing that is kept is so large: a request's whole body, in the command line.
    if (size > largest_piece) return new char[size];
    return pieces().take(size);
}

void SecretMemory::give_back(char* bytes, std::size_t size) noexcept {
    wipe(bytes, size);
    if (size > largest_piece) {
        delete[] bytes;
    } else {
        pieces().give_back(bytes, size);
    }
}

SecretMemory::Extent SecretMemory::extent() {
    return pieces().extent();
}

}  // namespace gatepost
