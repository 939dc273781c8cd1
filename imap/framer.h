// Framer: cuts what a provider sends into whole responses, each a line with its literals up to its
// last CRLF, and holds the provider to limits while it does. Fed by the session with bytes straight
// from the network, in any cut; nothing else sees them before. Pure. Lines end with CRLF: a CR or
// LF by itself, and NUL anywhere, is refused and not repaired, so that no two readers of the same
// bytes can disagree about where a line ends. Between responses it holds no memory: an idle session
// costs nothing here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace gatepost::imap {

/// In bytes, but for `responses`.
struct FramingLimits {
    std::size_t line;       ///< one line with its CRLF
    std::size_t literal;    ///< one literal
    std::size_t total;      ///< all responses since begin()
    std::size_t responses;  ///< how many since begin()
};

// Ample for the longest greeting seen, which lists its capabilities.
inline constexpr FramingLimits greeting_limits{8 << 10, 0, 8 << 10, 1};
// Nothing in a sign-in takes a literal, and few servers say more than some lines.
inline constexpr FramingLimits sign_in_limits{64 << 10, 0, 256 << 10, 1'000};
// NOOP and the like: what has happened in a mailbox since, one line each.
inline constexpr FramingLimits command_limits{64 << 10, 1 << 20, 4 << 20, 10'000};
// A whole mailbox may change at once, and each of its messages be told.
inline constexpr FramingLimits watch_limits{64 << 10, 1 << 20, 32 << 20, 250'000};
// LIST: no more mailboxes than this are kept, but a server with more is read to its end.
inline constexpr FramingLimits list_limits{64 << 10, 1 << 20, 32 << 20, 250'000};

class Framer {
  public:
    explicit Framer(const FramingLimits& limits = command_limits) : limits_(limits) {}

    /// A new command: counts anew, by these limits.
    void begin(const FramingLimits& limits);
    void append(std::string_view bytes);
    /// The next response, or nothing until more is appended. Fails with protocol_violation when the
    /// bytes are no lines, or exceed a limit: the connection is lost then.
    Result<std::optional<std::string>> next();
    /// True between responses: nothing was received that next() has not yielded.
    [[nodiscard]] bool empty() const { return buffer_.empty(); }

  private:
    Result<bool> find_end();
    Result<bool> pass_literal();
    Result<bool> pass_line();
    Result<std::string> cut();

    FramingLimits limits_;
    std::size_t total_ = 0;
    std::size_t responses_ = 0;

    std::string buffer_;
    std::size_t start_ = 0;         ///< of the current response, in the buffer
    std::size_t line_ = 0;          ///< where its current line starts
    std::size_t scanned_ = 0;       ///< up to where it has been looked at
    std::size_t literal_left_ = 0;  ///< bytes of the current literal that are still to come
};

}  // namespace gatepost::imap
