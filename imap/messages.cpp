#include "imap/messages.h"

#include <unistd.h>

namespace gatepost::imap {

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
    // What was owned here goes with `other`.
    std::swap(fd_, other.fd_);
    return *this;
}

OwnedFd::~OwnedFd() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace gatepost::imap
