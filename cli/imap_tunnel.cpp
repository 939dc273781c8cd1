#include "cli/imap_tunnel.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <system_error>
#include <thread>

#include "cli/imap_login.h"
#include "cli/unix_socket.h"

namespace gatepost::cli {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} * 1024;
using Buffer = std::array<char, buffer_bytes>;

Problem broken_off(const std::string& what) {
    return problem(ProblemKind::cannot_connect,
                   what + ": " + std::generic_category().message(errno) + ".");
}

ssize_t read_some(int descriptor, Buffer& buffer) {
    ssize_t size = 0;
    do {
        size = ::read(descriptor, buffer.data(), buffer.size());
    } while (size < 0 && errno == EINTR);
    return size;
}

// Also where whoever started us left the descriptor non-blocking.
bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t size = ::write(descriptor, bytes.data(), bytes.size());
        if (size < 0 && errno == EAGAIN) {
            pollfd writable{descriptor, POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (size < 0 && errno != EINTR) {
            return false;
        }
        if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

std::string_view part(const Buffer& buffer, ssize_t size) {
    return {buffer.data(), static_cast<std::size_t>(size)};
}

// ---- Signing in.

Problem not_read() {
    if (errno != EAGAIN) return broken_off("The connection to the daemon broke");
    return problem(ProblemKind::timed_out, "The daemon's answer took too long.");
}

/// Answers what the client gets to read first.
Result<std::string> sign_in(int socket, const std::string& account, Buffer& buffer) {
    ImapLogin login(account);
    while (true) {
        const ssize_t size = read_some(socket, buffer);
        if (size < 0) return not_read();
        auto action = login.resume(part(buffer, size));
        if (auto* refused = std::get_if<Problem>(&action)) return std::move(*refused);
        if (auto* done = std::get_if<ImapLogin::SignedIn>(&action)) return std::move(done->bytes);
        const auto* send = std::get_if<ImapLogin::Send>(&action);
        if (send != nullptr && !write_all(socket, send->bytes)) {
            return broken_off("The daemon reads no more");
        }
    }
}

// ---- Relaying.

// The client's words go up on a thread of their own: a client that writes a long message before it
// reads must not wait for us to get rid of what we have for it.
class Upload {
  public:
    Upload(int in, int socket, std::chrono::milliseconds silence)
        : in_(in), socket_(socket), silence_(silence), thread_([this] { run(); }) {}
    ~Upload() {
        ::shutdown(socket_, SHUT_RDWR);  // a write that waits for the daemon ends
        ::eventfd_write(stop_.get(), 1);
        thread_.join();
    }
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    /// The daemon said something.
    void count_answer() { ++answers_; }

  private:
    void run() {
        auto buffer = std::make_unique<Buffer>();
        while (wait(in_, -1)) {
            const ssize_t size = read_some(in_, *buffer);
            if (size < 0 && errno == EAGAIN) continue;
            if (size <= 0) break;
            if (!write_all(socket_, part(*buffer, size))) return;
        }
        ::shutdown(socket_, SHUT_WR);
        watch_silence();
    }

    // Ends the connection, and so the relay, once the daemon has been silent for too long.
    void watch_silence() {
        unsigned before = answers_;
        while (!wait(-1, static_cast<int>(silence_.count()))) {
            if (before == answers_) {
                ::shutdown(socket_, SHUT_RDWR);
                return;
            }
            before = answers_;
        }
    }

    // Waits for the descriptor or to be told to stop: true for the descriptor. Without one, true
    // when it is to stop, and false when the time is over.
    bool wait(int descriptor, int milliseconds) {
        std::array<pollfd, 2> waiting{pollfd{descriptor, POLLIN, 0},
                                      pollfd{stop_.get(), POLLIN, 0}};
        int ready = 0;
        do {
            ready = ::poll(waiting.data(), waiting.size(), milliseconds);
        } while (ready < 0 && errno == EINTR);
        const bool stopped = waiting[1].revents != 0;
        return descriptor < 0 ? stopped : !stopped;
    }

    int in_;
    int socket_;
    std::chrono::milliseconds silence_;
    std::atomic<unsigned> answers_ = 0;
    Descriptor stop_{::eventfd(0, EFD_CLOEXEC)};
    std::thread thread_;  // the last member: it uses the others
};

Result<void> relay(int socket, TunnelEnds ends, Buffer& buffer, std::chrono::milliseconds silence) {
    Upload upload(ends.in, socket, silence);
    while (true) {
        const ssize_t size = read_some(socket, buffer);
        if (size == 0) return {};
        if (size < 0) return broken_off("The connection to the daemon broke");
        upload.count_answer();
        if (!write_all(ends.out, part(buffer, size))) {
            return broken_off("The answers cannot be written");
        }
    }
}

}  // namespace

Result<void> run_imap_tunnel(const std::string& socket_path, const std::string& account,
                             TunnelEnds ends, TunnelPatience patience) {
    auto socket = connect_to(socket_path, patience.sign_in);
    if (!socket) return std::move(socket).error();
    set_patience(socket->get(), SO_RCVTIMEO, patience.sign_in);
    auto buffer = std::make_unique<Buffer>();
    auto greeting = sign_in(socket->get(), account, *buffer);
    if (!greeting) return std::move(greeting).error();
    set_patience(socket->get(), SO_RCVTIMEO, {});  // how long is up to the client from now on
    if (!write_all(ends.out, *greeting)) return broken_off("The answers cannot be written");
    return relay(socket->get(), ends, *buffer, patience.silence);
}

}  // namespace gatepost::cli
