// Secret: bytes that must not be seen. Move-only, wiped when they go, and without any way to be
// printed, formatted or copied by accident. Its bytes are in locked memory (core/secret_memory.h).
// Not safe for use from two threads at once.
#pragma once

#include <cstddef>
#include <string_view>

namespace gatepost {

class Secret {
  public:
    Secret() = default;
    /// Takes a copy; the caller wipes its own original, if it owns one (see wipe()).
    static Secret copy_of(std::string_view bytes);

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    /// A second secret with the same bytes: a copy that is visible in the code.
    [[nodiscard]] Secret clone() const { return copy_of(reveal()); }
    /// The bytes, valid while this secret lives. The only way to them, so that grep finds all uses.
    [[nodiscard]] std::string_view reveal() const { return {bytes_, size_}; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    void clear() noexcept;

    char* bytes_ = nullptr;  ///< null when it is empty
    std::size_t size_ = 0;
};

/// Overwrites the bytes in a way that the compiler keeps.
void wipe(void* bytes, std::size_t size) noexcept;
/// Overwrites a string's bytes, and empties it.
template <class String>
void wipe(String& text) noexcept {
    wipe(text.data(), text.size());
    text.clear();
}

template <class Stream>
Stream& operator<<(Stream&, const Secret&) = delete;

}  // namespace gatepost
