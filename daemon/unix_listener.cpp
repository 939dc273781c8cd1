#include "daemon/unix_listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "daemon/system_names.h"

namespace gatepost::daemon {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;

// Room for ".new", which the socket's name has until it is ready, and for the final NUL.
constexpr std::size_t max_path_bytes = sizeof(sockaddr_un::sun_path) - 5;

// Linux cuts it to net.core.somaxconn.
constexpr int backlog = 4096;

Problem cannot_listen(const std::string& path, const std::string& why) {
    return problem(ProblemKind::configuration, path + " cannot be listened on: " + why);
}

Problem cannot_listen(const std::string& path, int error) {
    return cannot_listen(path, std::string(std::strerror(error)) + ".");
}

/// -1, which chown takes for "as it is", where no group is named.
Result<gid_t> group_of(const std::string& name) {
    if (name.empty()) return static_cast<gid_t>(-1);
    if (const auto group = group_id_of(name)) return *group;
    return problem(ProblemKind::configuration,
                   "There is no group " + name + ". Make it (groupadd --system " + name +
                       "), or set api.socket_group to another one or to \"\".");
}

bool somebody_listens(const std::string& path) {
    asio::io_context context;
    stream_protocol::socket socket(context);
    boost::system::error_code error;
    socket.connect(stream_protocol::endpoint(path), error);
    // A full backlog is a live daemon's, too.
    return !error || error == asio::error::try_again;
}

/// Gives the socket its group and its mode, while it still has another name.
int set_access(const std::string& path, gid_t group, mode_t mode) {
    if (group != static_cast<gid_t>(-1) &&
        ::chown(path.c_str(), static_cast<uid_t>(-1), group) != 0) {
        return errno;
    }
    return ::chmod(path.c_str(), mode) == 0 ? 0 : errno;
}

}  // namespace

UnixListener::UnixListener(std::string path, stream_protocol::acceptor acceptor)
    : path_(std::move(path)), acceptor_(std::move(acceptor)) {}

UnixListener::UnixListener(UnixListener&& other) noexcept
    : path_(std::exchange(other.path_, {})), acceptor_(std::move(other.acceptor_)) {}

UnixListener::~UnixListener() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Result<UnixListener> UnixListener::listen(const asio::any_io_executor& executor, std::string path,
                                          const SocketAccess& access) {
    if (path.size() > max_path_bytes) {
        return cannot_listen(path,
                             "the path is too long for a Unix socket. Use a runtime_dir with "
                             "a shorter name.");
    }
    const auto group = group_of(access.group);
    if (!group) return group.error();
    if (somebody_listens(path)) return cannot_listen(path, "another daemon does already.");

    const std::string unready = path + ".new";
    ::unlink(unready.c_str());
    stream_protocol::acceptor acceptor(executor);
    boost::system::error_code error;
    acceptor.open({}, error);
    const mode_t umask_before = ::umask(0777);
    if (!error) acceptor.bind(stream_protocol::endpoint(unready), error);
    ::umask(umask_before);
    if (error) return cannot_listen(path, error.value());
    acceptor.listen(backlog, error);
    const int failure = error ? error.value() : set_access(unready, *group, access.mode);
    if (failure != 0) {
        ::unlink(unready.c_str());
        return cannot_listen(path, failure);
    }
    if (::rename(unready.c_str(), path.c_str()) != 0) {
        return cannot_listen(path, errno);
    }
    return UnixListener(std::move(path), std::move(acceptor));
}

}  // namespace gatepost::daemon
