// A real mail provider for a test: Dovecot, DNS and HTTPS of tests/world, run by steered_world.py
// as a child process, and steered by lines of text. Blocks for each command.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <string>

namespace gatepost {

class SteeredWorld {
  public:
    SteeredWorld();
    ~SteeredWorld();
    SteeredWorld(const SteeredWorld&) = delete;
    SteeredWorld& operator=(const SteeredWorld&) = delete;

    /// "127.x.y.53:53"; empty when the world could not start.
    [[nodiscard]] const std::string& dns_server() const { return dns_server_; }
    [[nodiscard]] const std::string& ca_file() const { return ca_file_; }

    void add_user(const std::string& address, const std::string& password);
    /// 0@crowd.example and so on, with the password "crowd" and an empty INBOX.
    void add_crowd(int count);
    void set_password(const std::string& address, const std::string& password);
    /// How often a sign-in as the user was tried, with any password.
    int attempts(const std::string& address);
    int sessions(const std::string& address);
    /// Ends the user's sessions.
    void kick(const std::string& address);
    /// Puts a message of about that many bytes into the user's INBOX.
    void deliver(const std::string& address, std::size_t bytes);
    /// An access token that tokens.provider.example takes for so long; expired if negative.
    std::string token(const std::string& address, int seconds);
    /// Ends the mail server and all its sessions.
    void stop();
    void start();
    /// All processes of the mail server stand still, and go on.
    void freeze();
    void thaw();

  private:
    std::string read_line();
    std::string command(const std::string& line);

    pid_t process_ = -1;
    std::FILE* commands_ = nullptr;
    std::FILE* answers_ = nullptr;
    std::string dns_server_;
    std::string ca_file_;
};

}  // namespace gatepost
