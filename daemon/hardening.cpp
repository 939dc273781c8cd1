#include "daemon/hardening.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/secret_memory.h"

namespace gatepost::daemon {
namespace {

Problem failed(const char* what) {
    return problem(ProblemKind::internal,
                   std::string(what) + " failed: " + std::strerror(errno) + ".");
}

}  // namespace

Result<void> harden_process() {
    // A client that goes away while it is written to is an error of that write, no more.
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) return failed("Ignoring SIGPIPE");
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("PR_SET_DUMPABLE");
    const rlimit no_core{0, 0};
    if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return failed("RLIMIT_CORE");
    if (auto locked = SecretMemory::lock(); !locked) return locked;
    ::umask(0077);
    // Each session has a descriptor, and one more while it is leased.
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return failed("RLIMIT_NOFILE");
    descriptors.rlim_cur = descriptors.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &descriptors) != 0) return failed("RLIMIT_NOFILE");
    return {};
}

}  // namespace gatepost::daemon
