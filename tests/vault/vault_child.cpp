// A program with a vault, to be killed: stores accounts from many callers at once, and writes
// "ID VERSION" for each answer. Run by the fault tests as
//     vault_child FILE KEY_FILE PREFIX ACCOUNTS [rotate|backup] [PREVIOUS_KEY_FILE]
// Of the accounts PREFIX-0 …, every third is then replaced with another password, and every fifth
// removed, which is told as version 0. Told to rotate, it does so all the while, and once at least;
// told to back up, it does so at its end, to FILE.backup.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <semaphore>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

constexpr int max_in_flight = 16;

class Storing {
  public:
    Storing(Vault& vault, std::string prefix) : vault_(vault), prefix_(std::move(prefix)) {}

    void start(int number) {
        free_.acquire();
        const std::string id = prefix_ + "-" + std::to_string(number);
        store(account(id), PutMode::create, number);
    }

    void wait() {
        for (int i = 0; i < max_in_flight; ++i) {
            free_.acquire();
        }
    }

  private:
    void store(AccountRecord record, PutMode mode, int number) {
        const std::string password = password_of(record.id) + "-" + std::to_string(record.version);
        vault_.put_account(std::move(record), mode, Secret::copy_of(password),
                           [this, number](const auto& stored) {
                               if (!stored) std::_Exit(3);
                               tell(stored->id, stored->version);
                               go_on(*stored, number);
                           });
    }

    void go_on(const AccountRecord& stored, int number) {
        if (stored.version == 1 && number % 3 == 0) return store(stored, PutMode::replace, number);
        if (number % 5 == 0) return remove(stored.id);
        free_.release();
    }

    void remove(const std::string& id) {
        vault_.remove_account(id, [this, id](const auto& removed) {
            if (!removed) std::_Exit(4);
            tell(id, 0);
            free_.release();
        });
    }

    // In one call, so that a kill leaves whole lines.
    static void tell(const std::string& id, std::uint64_t version) {
        const std::string line = id + " " + std::to_string(version) + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(5);
    }

    Vault& vault_;
    const std::string prefix_;
    std::counting_semaphore<max_in_flight> free_{max_in_flight};
};

/// One rotation after the other.
class Rotating {
  public:
    explicit Rotating(Vault& vault) : vault_(vault) { go_on(); }

    void end() {
        is_enough_ = true;
        ended_.acquire();
    }

  private:
    void go_on() {
        vault_.rotate([](Progress) {},
                      [this](const auto& rotated) {
                          if (!rotated) std::_Exit(6);
                          if (is_enough_) {
                              ended_.release();
                          } else {
                              go_on();
                          }
                      });
    }

    Vault& vault_;
    std::atomic<bool> is_enough_ = false;
    std::binary_semaphore ended_{0};
};

}  // namespace
}  // namespace gatepost::vault

int main(int argc, char** argv) {
    using namespace gatepost::vault;
    if (argc < 5 || argc > 7) return 2;
    VaultOptions options{argv[1], std::string("file:") + argv[2]};
    if (argc > 6) options.previous_root_key = std::string("file:") + argv[6];
    const auto vault = Vault::open(options);
    if (!vault) {
        std::fprintf(stderr, "%s\n", vault.error().detail.c_str());
        return 1;
    }
    std::optional<Rotating> rotating;
    if (argc > 5 && std::string_view(argv[5]) == "rotate") rotating.emplace(**vault);
    Storing storing(**vault, argv[3]);
    const int accounts = std::stoi(argv[4]);
    for (int number = 0; number < accounts; ++number) {
        storing.start(number);
    }
    storing.wait();
    if (rotating) rotating->end();
    if (argc > 5 && std::string_view(argv[5]) == "backup") {
        if (!back_up(**vault, std::string(argv[1]) + ".backup")) return 7;
    }
    return 0;
}
