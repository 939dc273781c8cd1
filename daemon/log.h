// The log: lines on stderr, from the front's thread only. Whoever logs decides what: never a
// secret, no request's query or body. A line is written at once and whole; where nobody reads it,
// it is lost, and the daemon goes on.
#pragma once

#include <initializer_list>
#include <string_view>

#include "daemon/log_line.h"

namespace gatepost::daemon {

class Log {
  public:
    /// @param descriptor stays the caller's
    Log(LogLevel level, LogFormat format, int descriptor = 2);

    /// From now on. The format is worked out anew where it is automatic.
    void set(LogLevel level, LogFormat format);

    using Fields = std::initializer_list<LogField>;
    void write(LogLevel level, std::string_view message, Fields fields = {});
    void debug(std::string_view message, Fields fields = {}) {
        write(LogLevel::debug, message, fields);
    }
    void info(std::string_view message, Fields fields = {}) {
        write(LogLevel::info, message, fields);
    }
    void warning(std::string_view message, Fields fields = {}) {
        write(LogLevel::warning, message, fields);
    }
    void error(std::string_view message, Fields fields = {}) {
        write(LogLevel::error, message, fields);
    }

  private:
    LogLevel level_;
    LogFormat format_;
    int descriptor_;
};

}  // namespace gatepost::daemon
