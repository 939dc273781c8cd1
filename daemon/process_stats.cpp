#include "daemon/process_stats.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace gatepost::daemon {
namespace {

// Where the fields of /proc/PID/stat are, counted from behind the name, which may hold blanks
// (proc(5): field 3, the state, is the first).
constexpr std::size_t utime = 11;
constexpr std::size_t stime = 12;
constexpr std::size_t num_threads = 17;
constexpr std::size_t starttime = 19;
constexpr std::size_t vsize = 20;
constexpr std::size_t rss = 21;

std::vector<double> stat_fields() {
    std::ifstream file("/proc/self/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos || name_end + 4 > text.size()) return {};
    std::istringstream numbers(text.substr(name_end + 4));
    std::vector<double> fields{0};
    for (double number = 0; numbers >> number;)
        fields.push_back(number);
    return fields;
}

double open_descriptors() {
    std::error_code ignored;
    const auto folder = std::filesystem::directory_iterator("/proc/self/fd", ignored);
    // One of them is the folder's own.
    return static_cast<double>(
        std::max<std::ptrdiff_t>(std::distance(begin(folder), end(folder)), 1) - 1);
}

double max_descriptors() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

/// Of a time since the boot.
double unix_time_of(double since_boot) {
    timespec boot{};
    if (::clock_gettime(CLOCK_BOOTTIME, &boot) != 0) return 0;
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    return now.count() - static_cast<double>(boot.tv_sec) + since_boot;
}

}  // namespace

std::optional<ProcessStats> process_stats() {
    const std::vector<double> fields = stat_fields();
    if (fields.size() <= rss) return std::nullopt;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    ProcessStats stats;
    stats.cpu_seconds = (fields[utime] + fields[stime]) / ticks;
    stats.resident_bytes = fields[rss] * static_cast<double>(::sysconf(_SC_PAGESIZE));
    stats.virtual_bytes = fields[vsize];
    stats.start_seconds = unix_time_of(fields[starttime] / ticks);
    stats.threads = fields[num_threads];
    stats.open_fds = open_descriptors();
    stats.max_fds = max_descriptors();
    return stats;
}

}  // namespace gatepost::daemon
