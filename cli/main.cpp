#include <sys/prctl.h>

#include <csignal>
#include <iostream>

#include "cli/command_line.h"
#include "cli/program.h"

int main(int argc, char** argv) {
    // Passwords pass through here: no core file, no ptrace by the same user.
    ::prctl(PR_SET_DUMPABLE, 0);
    // A reader that goes away is told by write().
    std::signal(SIGPIPE, SIG_IGN);
    const auto asked = gatepost::cli::read_command_line(argc, argv, std::cout, std::cerr);
    if (const int* exit_code = std::get_if<int>(&asked)) return *exit_code;
    return gatepost::cli::run(std::get<gatepost::cli::Invocation>(asked), std::cout, std::cerr);
}
