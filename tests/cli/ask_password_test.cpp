// Asking at a terminal: a real one (a pty), with a child process behind it.
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include <csignal>

#include "cli/password.h"
#include "cli/unix_socket.h"

namespace gatepost::cli {
namespace {

constexpr int got_the_password = 42;

// A child that asks at a terminal of its own, and exits with 42 when it is told "marked".
class Asked : public testing::Test {
  protected:
    void SetUp() override {
        int terminal = -1;
        child_ = ::forkpty(&terminal, nullptr, nullptr, nullptr);
        if (child_ == 0) ::_exit(ask());
        person_ = Descriptor(terminal);
    }

    static int ask() {
        const auto password = ask_password("Password of a@b.example: ");
        return password && password->reveal() == "marked" ? got_the_password : 1;
    }

    // What the terminal shows up to and with the text.
    std::string read_until(std::string_view end) {
        std::string shown;
        char byte = 0;
        while (!shown.ends_with(end) && ::read(person_.get(), &byte, 1) == 1)
            shown += byte;
        EXPECT_TRUE(shown.ends_with(end)) << shown;
        return shown;
    }

    void type(std::string_view text) {
        ASSERT_EQ(::write(person_.get(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }

    bool echoes() {
        termios state{};
        ::tcgetattr(person_.get(), &state);
        return (state.c_lflag & ECHO) != 0;
    }

    int end() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        return status;
    }

    pid_t child_ = -1;
    Descriptor person_;
};

TEST_F(Asked, ThePasswordIsTakenAndNotShown) {
    read_until("example: ");
    EXPECT_FALSE(echoes());
    type("marked\n");
    EXPECT_EQ(read_until("\n"), "\r\n");
    const int status = end();
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == got_the_password);
    EXPECT_TRUE(echoes());
}

TEST_F(Asked, ASignalEndsTheProgramWithTheEchoOn) {
    read_until("example: ");
    type("mark\x03");
    read_until("\n");
    const int status = end();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    EXPECT_TRUE(echoes());
}

TEST_F(Asked, AnEndInsteadOfAPasswordIsRefused) {
    read_until("example: ");
    type("\x04");
    const int status = end();
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

}  // namespace
}  // namespace gatepost::cli
