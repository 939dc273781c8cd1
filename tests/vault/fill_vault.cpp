// Fills a vault with accounts for measurements, as fast as it takes them.
// Usage: fill_vault VAULT.DB ROOT.KEY COUNT
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <latch>

#include "bench_account.h"

namespace gatepost::vault {
namespace {

int fill(const VaultOptions& options, std::size_t count) {
    const auto vault = Vault::open(options);
    if (!vault) {
        std::fprintf(stderr, "%s\n", vault.error().detail.c_str());
        return EXIT_FAILURE;
    }
    std::latch stored(static_cast<std::ptrdiff_t>(count));
    std::atomic<bool> failed = false;
    for (std::size_t i = 0; i < count; ++i) {
        (*vault)->put_account(bench_account(i), PutMode::create, Secret::copy_of("a password"),
                              [&](const auto& answer) {
                                  if (!answer) failed = true;
                                  stored.count_down();
                              });
    }
    stored.wait();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace
}  // namespace gatepost::vault

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: fill_vault VAULT.DB ROOT.KEY COUNT\n", stderr);
        return 2;
    }
    return gatepost::vault::fill({argv[1], std::string("file:") + argv[2]},
                                 std::strtoul(argv[3], nullptr, 10));
}
