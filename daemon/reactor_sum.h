// A figure of all reactors together.
#pragma once

#include <cstdint>

#include "connector/connector.h"

namespace gatepost::daemon {

inline std::uint64_t sum_of(const connector::Connector::Health& health,
                            std::uint64_t imap::ReactorStats::*figure) {
    std::uint64_t sum = 0;
    for (const imap::ReactorStats& stats : health.reactors)
        sum += stats.*figure;
    return sum;
}

}  // namespace gatepost::daemon
