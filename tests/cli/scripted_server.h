// A server on a Unix socket that does with its one client what a test scripted, on its own thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "cli/unix_socket.h"

namespace gatepost::cli {

/// The server's side of the connection, blocking.
class Peer {
  public:
    explicit Peer(int socket) : socket_(socket) {}

    void send(std::string_view bytes);
    /// Reads up to and with the text, which must be the last that the client sends for now.
    std::string read_until(std::string_view end);
    /// Reads until the client says that it will send no more.
    std::string read_all();

  private:
    int socket_;
};

class ScriptedServer {
  public:
    using Script = std::function<void(Peer&)>;

    /// @param name the socket's, in a directory of its own. The connection closes with the script.
    ScriptedServer(const std::string& name, Script script);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string directory_;
    std::string path_;
    Descriptor listener_;
    std::thread thread_;
};

}  // namespace gatepost::cli
