// A connection to one of the daemon's Unix sockets.
#pragma once

#include <chrono>
#include <string>

#include "core/result.h"

namespace gatepost::cli {

/// A descriptor that is closed with its owner; -1 for none.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    [[nodiscard]] int get() const { return number_; }
    /// Hands it to the caller, who closes it.
    int release() { return std::exchange(number_, -1); }

  private:
    int number_;
};

/// Waits for room in the listener's queue, for so long at most. Fails with cannot_connect, naming
/// the path and what to do.
Result<Descriptor> connect_to(const std::string& path, std::chrono::milliseconds patience);

/// How long reads (SO_RCVTIMEO) or writes and connects (SO_SNDTIMEO) may wait until they fail with
/// EAGAIN; zero: for ever.
void set_patience(int socket, int option, std::chrono::milliseconds patience);

}  // namespace gatepost::cli
