#include "imap/backoff.h"

#include <algorithm>

namespace gatepost::imap {

std::chrono::milliseconds Backoff::fail(const Random& random) {
    std::chrono::milliseconds bound = limits_.first;
    for (int i = 0; i < failures_ && bound < limits_.most; ++i)
        bound *= 2;
    ++failures_;
    bound = std::min(bound, limits_.most);
    return std::chrono::milliseconds(
        static_cast<std::chrono::milliseconds::rep>(random() * static_cast<double>(bound.count())));
}

}  // namespace gatepost::imap
