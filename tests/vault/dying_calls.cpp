// System calls that change files, in the place of the C library's in a program that is linked with
// this: the process kills itself as it makes the one of them whose number is in GATEPOST_DIES_AT,
// counted over all its threads. SQLite calls them from its shared library, which finds these first.
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>

namespace {

long calls_to_live() {
    const char* const number = std::getenv("GATEPOST_DIES_AT");
    return number != nullptr ? std::atol(number) : -1;
}

void die_if_it_is_time() {
    static std::atomic<long> left = calls_to_live();
    if (--left == 0) ::kill(::getpid(), SIGKILL);
}

}  // namespace

extern "C" {

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
    die_if_it_is_time();
    return ::syscall(SYS_pwrite64, file, bytes, size, offset);
}

int fdatasync(int file) {
    die_if_it_is_time();
    return static_cast<int>(::syscall(SYS_fdatasync, file));
}

int ftruncate64(int file, off64_t size) noexcept {
    die_if_it_is_time();
    return static_cast<int>(::syscall(SYS_ftruncate, file, size));
}

int unlink(const char* path) noexcept {
    die_if_it_is_time();
    return static_cast<int>(::syscall(SYS_unlink, path));
}

}  // extern "C"
