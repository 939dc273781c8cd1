// The memory of keys and passwords, as the kernel sees it.
#include "core/locked_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "core/secret.h"
#include "core/secret_memory.h"

namespace gatepost {
namespace {

using testing::HasSubstr;

long locked_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmLck:")) return std::stol(line.substr(6));
    }
    return -1;
}

/// The kernel's flags for the mapping that holds the address.
std::string flags_of(const void* address) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream maps("/proc/self/smaps");
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        std::size_t dash = 0;
        if (const std::size_t space = line.find(' ');
            (dash = line.find('-')) != line.npos && dash < space) {
            const auto begin = std::stoull(line, nullptr, 16);
            const auto end = std::stoull(line.substr(dash + 1), nullptr, 16);
            inside = begin <= at && at < end;
        }
        if (inside && line.starts_with("VmFlags:")) return line + " ";
    }
    return {};
}

void expect_locked(const void* address) {
    EXPECT_THAT(flags_of(address), HasSubstr(" lo "));
    EXPECT_THAT(flags_of(address), HasSubstr(" dd "));
    EXPECT_THAT(flags_of(address), HasSubstr(" wf "));
}

/// The exit code of what runs as nobody, who may lock as much and no more: root's memory always is.
int run_limited_to(rlim_t bytes, int (*what)()) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit limit{bytes, bytes};
        if (::setrlimit(RLIMIT_MEMLOCK, &limit) != 0) ::_exit(100);
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(101);
        ::_exit(what());
    }
    int status = -1;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(LockedMemory, IsLockedAndNeitherDumpedNorInherited) {
    const long before = locked_kib();
    const auto memory = LockedMemory::map(16384);
    ASSERT_TRUE(memory);
    EXPECT_EQ(locked_kib() - before, 16);
    expect_locked(memory->data());
    expect_locked(memory->data() + memory->size() - 1);
}

TEST(LockedMemory, EndsAtGuardPages) {
    const auto memory = LockedMemory::map(100);
    ASSERT_TRUE(memory);
    EXPECT_DEATH(memory->data()[memory->size()] = 1, "");
    EXPECT_DEATH(memory->data()[-1] = 1, "");
}

TEST(LockedMemory, ThatCannotBeLockedIsAProblem) {
    EXPECT_EQ(run_limited_to(0,
                             [] {
                                 const auto memory = LockedMemory::map(16384);
                                 const bool told =
                                     !memory && memory.error().kind == ProblemKind::configuration &&
                                     memory.error().detail.find("LimitMEMLOCK") !=
                                         std::string::npos;
                                 return told ? 0 : 1;
                             }),
              0);
}

TEST(SecretMemory, HoldsTheBytesOfSecrets) {
    ASSERT_TRUE(SecretMemory::lock());
    const Secret secret = Secret::copy_of("hunter2");
    expect_locked(secret.reveal().data());
    EXPECT_GT(SecretMemory::extent().locked, 0U);
}

TEST(SecretMemory, GrowsAndStaysLocked) {
    ASSERT_TRUE(SecretMemory::lock());
    const std::size_t before = SecretMemory::extent().locked;
    std::vector<Secret> secrets;
    while (SecretMemory::extent().locked == before)
        secrets.push_back(Secret::copy_of(std::string(1000, 'x')));
    expect_locked(secrets.back().reveal().data());
    EXPECT_EQ(SecretMemory::extent().unlocked, 0U);
    EXPECT_EQ(secrets.front().reveal(), std::string(1000, 'x'));
}

TEST(SecretMemory, WipesWhatGoesAndUsesItAgain) {
    char* const bytes = SecretMemory::take(7);
    std::copy_n("hunter2", 7, bytes);
    SecretMemory::give_back(bytes, 7);
    char* const next = SecretMemory::take(7);
    EXPECT_EQ(next, bytes);
    EXPECT_EQ(std::string_view(next, 7), std::string_view("\0\0\0\0\0\0\0", 7));
    SecretMemory::give_back(next, 7);
}

TEST(SecretMemory, TakesSecretsOfAnySize) {
    for (const std::size_t size : {1U, 63U, 64U, 65U, 65535U, 65536U, 65537U, 1U << 20}) {
        const std::string bytes(size, 'y');
        EXPECT_TRUE(Secret::copy_of(bytes).reveal() == bytes) << size;
    }
}

TEST(SecretMemory, ThatMayNotBeLockedServesThoseWhoDoNotInsist) {
    EXPECT_EQ(
        run_limited_to(0,
                       [] {
                           std::vector<Secret> secrets;
                           while (SecretMemory::extent().unlocked == 0 && secrets.size() < 100'000)
                               secrets.push_back(Secret::copy_of("hunter2"));
                           return secrets.back().reveal() == "hunter2" &&
                                          SecretMemory::extent().unlocked > 0
                                      ? 0
                                      : 1;
                       }),
        0);
}

}  // namespace
}  // namespace gatepost
