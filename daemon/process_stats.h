// What the kernel says of this process (proc(5)), for the metrics that every daemon has.
#pragma once

#include <optional>

namespace gatepost::daemon {

struct ProcessStats {
    double cpu_seconds = 0;
    double resident_bytes = 0;
    double virtual_bytes = 0;
    double start_seconds = 0;  ///< Unix time
    double threads = 0;
    double open_fds = 0;
    double max_fds = 0;
};

/// Reads /proc/self; nothing where that cannot be read.
std::optional<ProcessStats> process_stats();

}  // namespace gatepost::daemon
