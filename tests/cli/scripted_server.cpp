#include "scripted_server.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace gatepost::cli {
namespace {

std::string new_directory() {
    std::string path = "/tmp/gatepost-cli-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no directory");
    return path;
}

Descriptor listen_on(const std::string& path) {
    Descriptor listener(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.get(), 1) != 0) {
        throw std::runtime_error("cannot listen on " + path);
    }
    return listener;
}

}  // namespace

void Peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size <= 0) return;  // the client went, which its own answer shows
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

std::string Peer::read_until(std::string_view end) {
    std::string text;
    std::array<char, 4096> buffer;
    while (!text.ends_with(end)) {
        const ssize_t size = ::read(socket_, buffer.data(), buffer.size());
        if (size <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
}

std::string Peer::read_all() {
    std::string text;
    std::array<char, 65536> buffer;
    ssize_t size = 0;
    while ((size = ::read(socket_, buffer.data(), buffer.size())) > 0)
        text.append(buffer.data(), static_cast<std::size_t>(size));
    return text;
}

ScriptedServer::ScriptedServer(const std::string& name, Script script)
    : directory_(new_directory()),
      path_(directory_ + "/" + name),
      listener_(listen_on(path_)),
      thread_([this, script = std::move(script)] {
          const Descriptor client(::accept(listener_.get(), nullptr, nullptr));
          if (client.get() < 0) return;
          Peer peer(client.get());
          script(peer);
      }) {}

ScriptedServer::~ScriptedServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);  // an accept() that still waits ends
    thread_.join();
    std::filesystem::remove_all(directory_);
}

}  // namespace gatepost::cli
