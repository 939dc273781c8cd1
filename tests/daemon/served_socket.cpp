#include "served_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <future>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

namespace gatepost::daemon {
namespace {

constexpr timeval client_patience{20, 0};
constexpr std::chrono::seconds patience{20};

std::string new_directory() {
    std::string name = "/tmp/gatepost-test-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    return name;
}

}  // namespace

RawClient::RawClient(const std::string& path)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &client_patience, sizeof(client_patience));
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &client_patience, sizeof(client_patience));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    // NOLINTNEXTLINE: connect(2) wants it so
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        throw std::runtime_error("connect: " + std::string(std::strerror(errno)));
    }
}

RawClient::~RawClient() {
    ::close(socket_);
}

void RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string RawClient::read_until(std::string_view text) {
    while (true) {
        const std::size_t found = received_.find(text);
        if (!text.empty() && found != std::string::npos) {
            std::string read = received_.substr(0, found + text.size());
            received_.erase(0, found + text.size());
            return read;
        }
        std::array<char, 64 * 1024> buffer{};
        const ssize_t bytes = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (bytes <= 0) return std::exchange(received_, {});
        received_.append(buffer.data(), static_cast<std::size_t>(bytes));
    }
}

bool RawClient::is_closed() {
    char byte = 0;
    const ssize_t bytes = ::recv(socket_, &byte, 1, 0);
    return received_.empty() && (bytes == 0 || (bytes < 0 && errno == ECONNRESET));
}

ServedSocket::ServedSocket(int log_descriptor)
    : directory(new_directory()),
      path(directory + "/s.sock"),
      log(LogLevel::warning, LogFormat::json, log_descriptor),
      work_(context.get_executor()),
      thread_([this] { context.run(); }) {}

ServedSocket::~ServedSocket() {
    if (server) {
        finish();
        cut();
    }
    becomes_empty();
    run_there([this] { server.reset(); });
    work_.reset();
    thread_.join();
    std::filesystem::remove_all(directory);
}

void ServedSocket::serve(ServerLimits limits, const std::string& turned_away,
                         UnixServer::Maker make) {
    auto listener = UnixListener::listen(context.get_executor(), path, {0600, ""});
    if (!listener) throw std::runtime_error(listener.error().detail);
    run_there([&] {
        server = std::make_unique<UnixServer>(std::move(*listener), limits, "test", turned_away,
                                              std::move(make), log);
        server->start();
    });
}

void ServedSocket::run_there(std::function<void()> function) {
    std::promise<void> done;
    boost::asio::post(context, [&] {
        function();
        done.set_value();
    });
    done.get_future().wait();
}

template <class T>
T ServedSocket::await(boost::asio::awaitable<T> operation) {
    return boost::asio::co_spawn(context, std::move(operation), boost::asio::use_future).get();
}

bool ServedSocket::becomes_empty() {
    return !server || await(server->empty(net::after(patience)));
}

void ServedSocket::finish() {
    run_there([this] { server->finish(); });
}

void ServedSocket::cut() {
    run_there([this] { server->cut(); });
}

}  // namespace gatepost::daemon
