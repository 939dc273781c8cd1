#include "cli/password.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "cli/unix_socket.h"

namespace gatepost::cli {
namespace {

constexpr std::size_t max_password_bytes = 4096;  // the API's own bound
constexpr const char* terminal_path = "/dev/tty";

// Takes the line byte by byte, so that nothing behind it is lost and no buffer keeps it.
class Line {
  public:
    ~Line() { wipe(bytes_.data(), bytes_.size()); }

    /// False once the line is complete, or too long.
    bool add(char byte) {
        if (byte == '\n') return false;
        if (size_ == bytes_.size()) {
            too_long_ = true;
            return false;
        }
        bytes_[size_++] = byte;
        return true;
    }

    [[nodiscard]] Result<Secret> password() const {
        std::string_view line(bytes_.data(), size_);
        if (too_long_) {
            return problem(ProblemKind::bad_request, "The password is longer than 4096 bytes.");
        }
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) return problem(ProblemKind::bad_request, "No password was given.");
        return Secret::copy_of(line);
    }

  private:
    std::array<char, max_password_bytes + 1> bytes_;  // and a CR
    std::size_t size_ = 0;
    bool too_long_ = false;
};

/// False at the end of the line or of what can be read.
bool read_byte(int descriptor, Line& line) {
    char byte = 0;
    ssize_t size = 0;
    do {
        size = ::read(descriptor, &byte, 1);
    } while (size < 0 && errno == EINTR);
    const bool more = size == 1 && line.add(byte);
    wipe(&byte, 1);
    return more;
}

// While it lives, the signals of a terminal wait, and `arrived` becomes readable by them. When it
// goes they take their usual effect: the process ends, or stops and comes back.
class HeldSignals {
  public:
    HeldSignals() {
        sigset_t held;
        sigemptyset(&held);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP})
            sigaddset(&held, signal);
        ::pthread_sigmask(SIG_BLOCK, &held, &before_);
        arrived = Descriptor(::signalfd(-1, &held, SFD_CLOEXEC));
    }
    ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    Descriptor arrived;

  private:
    sigset_t before_{};
};

class EchoOff {
  public:
    explicit EchoOff(int terminal) : terminal_(terminal) {
        ::tcgetattr(terminal_, &before_);
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        quiet.c_lflag |= ECHONL;
        ::tcsetattr(terminal_, TCSAFLUSH, &quiet);
    }
    ~EchoOff() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;

  private:
    int terminal_;
    termios before_{};
};

void say(int terminal, std::string_view text) {
    // Nothing can be done about a terminal that shows nothing; the reading will tell.
    [[maybe_unused]] const ssize_t written = ::write(terminal, text.data(), text.size());
}

/// False when a signal came first.
bool wait_for_input(int terminal, int signals) {
    std::array<pollfd, 2> waiting{pollfd{terminal, POLLIN, 0}, pollfd{signals, POLLIN, 0}};
    while (::poll(waiting.data(), waiting.size(), -1) < 0 && errno == EINTR) {
    }
    return waiting[1].revents == 0;
}

/// False when a signal came first; it has its effect on return.
bool ask_once(int terminal, const std::string& question, Line& line) {
    const HeldSignals signals;
    const EchoOff quiet(terminal);
    say(terminal, question);
    do {
        if (!wait_for_input(terminal, signals.arrived.get())) {
            say(terminal, "\n");
            return false;
        }
    } while (read_byte(terminal, line));
    return true;
}

}  // namespace

Result<Secret> read_password(int descriptor) {
    Line line;
    while (read_byte(descriptor, line)) {
    }
    return line.password();
}

Result<Secret> ask_password(const std::string& question) {
    const Descriptor terminal(::open(terminal_path, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (terminal.get() < 0) {
        return problem(
            ProblemKind::bad_request,
            "There is no terminal to ask for the password. Give it on standard input, with "
            "--password-stdin.");
    }
    while (true) {
        Line line;
        if (ask_once(terminal.get(), question, line)) return line.password();
    }
}

}  // namespace gatepost::cli
