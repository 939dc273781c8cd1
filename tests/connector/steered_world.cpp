#include "steered_world.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>

namespace gatepost {
namespace {

pid_t spawn_with(int standard_input, int standard_output) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, standard_input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, standard_output, STDOUT_FILENO);
    std::string python = "/usr/bin/python3";
    std::string script = GATEPOST_STEERED_WORLD;
    const std::array<char*, 3> arguments{python.data(), script.data(), nullptr};
    pid_t process = -1;
    ::posix_spawn(&process, python.c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    return process;
}

}  // namespace

SteeredWorld::SteeredWorld() {
    std::array<int, 2> to_world{};
    std::array<int, 2> from_world{};
    if (::pipe2(to_world.data(), O_CLOEXEC) != 0 || ::pipe2(from_world.data(), O_CLOEXEC) != 0) {
        return;
    }
    process_ = spawn_with(to_world[0], from_world[1]);
    ::close(to_world[0]);
    ::close(from_world[1]);
    commands_ = ::fdopen(to_world[1], "w");
    answers_ = ::fdopen(from_world[0], "r");
    const std::string description = read_line();
    if (description.empty()) return;
    const boost::json::value facts = boost::json::parse(description);
    dns_server_ = facts.at("dns_server").as_string();
    ca_file_ = facts.at("ca_file").as_string();
}

SteeredWorld::~SteeredWorld() {
    if (commands_ != nullptr) std::fclose(commands_);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
    if (answers_ != nullptr) std::fclose(answers_);
}

std::string SteeredWorld::read_line() {
    std::string line;
    for (int c = std::fgetc(answers_); c != EOF && c != '\n'; c = std::fgetc(answers_)) {
        line += static_cast<char>(c);
    }
    return line;
}

std::string SteeredWorld::command(const std::string& line) {
    std::fputs((line + "\n").c_str(), commands_);
    std::fflush(commands_);
    return read_line();
}

void SteeredWorld::add_user(const std::string& address, const std::string& password) {
    command("add-user " + address + " " + password);
}

void SteeredWorld::add_crowd(int count) {
    command("add-crowd " + std::to_string(count));
}

void SteeredWorld::set_password(const std::string& address, const std::string& password) {
    command("set-password " + address + " " + password);
}

int SteeredWorld::attempts(const std::string& address) {
    return std::stoi(command("attempts " + address));
}

int SteeredWorld::sessions(const std::string& address) {
    return std::stoi(command("sessions " + address));
}

void SteeredWorld::kick(const std::string& address) {
    command("kick " + address);
}

void SteeredWorld::deliver(const std::string& address, std::size_t bytes) {
    command("deliver " + address + " " + std::to_string(bytes));
}

std::string SteeredWorld::token(const std::string& address, int seconds) {
    return command("token " + address + " " + std::to_string(seconds));
}

void SteeredWorld::stop() {
    command("stop");
}

void SteeredWorld::start() {
    command("start");
}

void SteeredWorld::freeze() {
    command("freeze");
}

void SteeredWorld::thaw() {
    command("thaw");
}

}  // namespace gatepost
