// A client of imap.sock, once the daemon has given its connection to a reactor: sends and receives
// lines, and blocks until they are there.
#pragma once

#include <string>
#include <string_view>

#include "imap/messages.h"

namespace gatepost::imap {

class LeaseClient {
  public:
    LeaseClient();

    /// The end that goes to the reactor; once.
    OwnedFd take_far_end() { return std::move(far_end_); }

    void send(std::string_view bytes);
    /// The next line without its CRLF; empty when the connection has ended, or after all patience.
    std::string line();
    /// What the provider announces as a literal.
    std::string bytes(std::size_t count);
    /// The same for who does not look at it.
    void skip(std::size_t count);
    /// Everything up to the tagged line, which is the last one.
    std::vector<std::string> answer(const std::string& tag);
    /// Sends a command, and gives its tagged line without the tag.
    std::string command(const std::string& tag, const std::string& text);
    /// True when the connection ends before anything else arrives.
    bool is_closed();
    /// Goes away without a word.
    void vanish() { near_end_ = OwnedFd(); }

  private:
    bool receive();

    OwnedFd near_end_;
    OwnedFd far_end_;
    std::string received_;
};

}  // namespace gatepost::imap
