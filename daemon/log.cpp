#include "daemon/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace gatepost::daemon {
namespace {

// systemd names the journal's stream by device and inode (systemd.exec(5), $JOURNAL_STREAM), since
// a child may inherit the variable and have another stderr.
bool is_journal(int descriptor) {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || ::fstat(descriptor, &status) != 0) return false;
    return stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

LogFormat format_for(int descriptor) {
    if (is_journal(descriptor)) return LogFormat::journald;
    return ::isatty(descriptor) == 1 ? LogFormat::text : LogFormat::json;
}

void write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

Log::Log(LogLevel level, LogFormat format, int descriptor) : descriptor_(descriptor) {
    set(level, format);
}

void Log::set(LogLevel level, LogFormat format) {
    level_ = level;
    format_ = format == LogFormat::automatic ? format_for(descriptor_) : format;
}

void Log::write(LogLevel level, std::string_view message, Fields fields) {
    if (level < level_) return;
    write_all(descriptor_, log_line(format_, level, std::chrono::system_clock::now(), message,
                                    {fields.begin(), fields.size()}));
}

}  // namespace gatepost::daemon
