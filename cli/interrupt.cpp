#include "cli/interrupt.h"

#include <unistd.h>

#include <csignal>

namespace gatepost::cli {
namespace {

void end_well(int) {
    ::_exit(0);
}

}  // namespace

void end_well_when_interrupted() {
    std::signal(SIGINT, end_well);
    std::signal(SIGTERM, end_well);
}

}  // namespace gatepost::cli
