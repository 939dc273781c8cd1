#include "cli/unix_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace gatepost::cli {
namespace {

Problem no_connection(const std::string& path, int error) {
    std::string detail;
    switch (error) {
        case ENOENT:
        case ENOTDIR:
        case ECONNREFUSED:
            detail = "No gatepostd listens on " + path +
                     ". Start it, or name its socket with --socket or GATEPOST_SOCKET.";
            break;
        case EACCES:
            detail = "You may not use " + path +
                     ". Become a member of the group that the socket belongs to.";
            break;
        case EAGAIN:
            detail = "The gatepostd on " + path + " takes no connections. Look at its log.";
            break;
        default:
            detail =
                path + " cannot be connected to: " + std::generic_category().message(error) + ".";
    }
    return problem(ProblemKind::cannot_connect, std::move(detail)).with("socket", path);
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Result<Descriptor> connect_to(const std::string& path, std::chrono::milliseconds patience) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        return no_connection(path, path.empty() ? ENOENT : ENAMETOOLONG);
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return no_connection(path, errno);
    set_patience(socket.get(), SO_SNDTIMEO, patience);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return no_connection(path, errno);
    }
    set_patience(socket.get(), SO_SNDTIMEO, {});
    return socket;
}

void set_patience(int socket, int option, std::chrono::milliseconds patience) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(patience);
    const timeval time{.tv_sec = seconds.count(),
                       .tv_usec = std::chrono::microseconds(patience - seconds).count()};
    ::setsockopt(socket, SOL_SOCKET, option, &time, sizeof time);
}

}  // namespace gatepost::cli
