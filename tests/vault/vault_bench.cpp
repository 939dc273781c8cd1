// The vault's figures on this machine: `vault_bench [DIRECTORY]`, which is best on the disk that is
// meant. Not a test: build the target vault_bench by name, in the release preset.
#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <semaphore>
#include <thread>

#include "bare.h"
#include "bench_account.h"
#include "vault/key_arena.h"
#include "vault/sealing.h"
#include "vault/vault.h"

namespace gatepost::vault {
namespace {

using Clock = std::chrono::steady_clock;

class Stopwatch {
  public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(Clock::now() - start_).count();
    }

  private:
    Clock::time_point start_ = Clock::now();
};

void report(const char* what, double count, double seconds) {
    std::printf("%-44s %10.0f /s  (%.0f in %.2f s)\n", what, count / seconds, count, seconds);
    std::fflush(stdout);
}

std::unique_ptr<Vault> opened(const VaultOptions& options) {
    auto vault = Vault::open(options);
    if (!vault) {
        std::fprintf(stderr, "%s\n", vault.error().detail.c_str());
        std::exit(1);
    }
    return std::move(*vault);
}

/// A fresh data key, wrapped, and 256 bytes sealed with it; then the way back.
void measure_sealing() {
    constexpr std::size_t count = 200'000;
    const auto arena = std::move(*KeyArena::make());
    const Key wrapping = Key::random(*arena);
    const Place key_place{.purpose = Purpose::data_key, .version = 1};
    const Place place{.purpose = Purpose::account, .field = 1, .version = 1};
    const std::string secret(256, 'x');
    Bytes wrapped;
    Bytes sealed;
    const Stopwatch sealing;
    for (std::size_t i = 0; i < count; ++i) {
        const Key key = Key::random(*arena);
        wrapped = wrap(wrapping, key_place, key);
        sealed = seal(key, place, bytes_of(secret));
    }
    report("seal 256 bytes with a fresh data key", count, sealing.seconds());
    const Stopwatch opening;
    for (std::size_t i = 0; i < count; ++i) {
        const auto key = unwrap(wrapping, key_place, wrapped);
        if (!key || !open(*key, place, sealed)) std::abort();
    }
    report("unwrap the data key and open", count, opening.seconds());
    const Stopwatch bare_sealing;
    bare::seal(count);
    report("  bare libsodium: seal", count, bare_sealing.seconds());
    const Stopwatch bare_opening;
    bare::unseal(count);
    report("  bare libsodium: open", count, bare_opening.seconds());
}

/// Accounts from a number on, by callers that each wait for their answer before they ask again.
class Callers {
  public:
    Callers(Vault& vault, std::size_t first, std::size_t count, std::size_t callers)
        : vault_(vault), next_(first), end_(first + count) {
        running_ = callers;
        for (std::size_t i = 0; i < callers; ++i) {
            ask();
        }
    }

    void wait() {
        std::unique_lock lock(mutex_);
        done_.wait(lock, [this] { return running_ == 0; });
    }

  private:
    void ask() {
        const std::size_t number = next_++;
        if (number >= end_) {
            const std::lock_guard lock(mutex_);
            if (--running_ == 0) done_.notify_one();
            return;
        }
        vault_.put_account(bench_account(number), PutMode::create, Secret::copy_of("a password"),
                           [this](const auto& stored) {
                               if (!stored) std::abort();
                               ask();
                           });
    }

    Vault& vault_;
    std::atomic<std::size_t> next_;
    const std::size_t end_;
    std::mutex mutex_;
    std::condition_variable done_;
    std::size_t running_ = 0;
};

void measure_storing(Vault& vault, std::size_t first, std::size_t count, std::size_t callers) {
    const Stopwatch storing;
    Callers(vault, first, count, callers).wait();
    const std::string what = "accounts stored, callers: " + std::to_string(callers);
    report(what.c_str(), static_cast<double>(count), storing.seconds());
}

void measure_bare_storing(const std::filesystem::path& directory, std::size_t count,
                          std::size_t to_a_commit) {
    const std::string number = std::to_string(to_a_commit);
    const Stopwatch storing;
    bare::store(directory / ("bare-" + number + ".db"), count, to_a_commit);
    const std::string what = "  bare SQLite: stored, to a commit: " + number;
    report(what.c_str(), static_cast<double>(count), storing.seconds());
}

void measure_opening(Vault& vault, std::size_t accounts) {
    constexpr std::size_t count = 100'000;
    std::atomic<std::size_t> answered = 0;
    std::mutex mutex;
    std::condition_variable done;
    const Stopwatch opening;
    for (std::size_t i = 0; i < count; ++i) {
        vault.open_credential(bench_account(i * 7919 % accounts).id, 1, [&](const auto& secret) {
            if (!secret) std::abort();
            if (++answered < count) return;
            const std::lock_guard lock(mutex);
            done.notify_one();
        });
    }
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return answered == count; });
    report("credentials opened from the database", count, opening.seconds());
}

/// One caller who asks, waits for the answer, and asks again after a moment; how long answers took.
class Asking {
  public:
    using Ask = std::function<void(std::size_t number, std::function<void()> answered)>;

    explicit Asking(Ask ask) : ask_(std::move(ask)), thread_([this] { run(); }) {}

    void report(const char* what) {
        stopping_ = true;
        thread_.join();
        std::ranges::sort(milliseconds_);
        const auto at = [this](double part) {
            return milliseconds_[static_cast<std::size_t>(
                part * static_cast<double>(milliseconds_.size() - 1))];
        };
        std::printf("%-44s %10.2f ms p50 %10.2f ms p99  (%zu)\n", what, at(0.5), at(0.99),
                    milliseconds_.size());
    }

  private:
    static constexpr std::chrono::milliseconds moment{1};

    void run() {
        for (std::size_t number = 0; !stopping_; ++number) {
            const Stopwatch waiting;
            std::binary_semaphore answered(0);
            ask_(number, [&answered] { answered.release(); });
            answered.acquire();
            milliseconds_.push_back(waiting.seconds() * 1e3);
            std::this_thread::sleep_for(moment);
        }
    }

    Ask ask_;
    std::vector<double> milliseconds_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

/// Those who add accounts, from a number on, and open credentials while long work is done.
class Others {
  public:
    Others(Vault& vault, std::size_t first_new, std::size_t accounts)
        : adding_([&vault, first_new](std::size_t number, auto answered) {
              vault.put_account(bench_account(first_new + number), PutMode::create,
                                Secret::copy_of("a password"), [answered](const auto& stored) {
                                    if (!stored) std::abort();
                                    answered();
                                });
          }),
          opening_([&vault, accounts](std::size_t number, auto answered) {
              vault.open_credential(bench_account(number * 7919 % accounts).id, 1,
                                    [answered](const auto& secret) {
                                        if (!secret) std::abort();
                                        answered();
                                    });
          }) {}

    void report() {
        adding_.report("  an account added meanwhile");
        opening_.report("  a credential opened meanwhile");
    }

  private:
    Asking adding_;
    Asking opening_;
};

/// An answer that is waited for.
template <class T>
class Done {
  public:
    Answer<T> answer() {
        return [this](const Result<T>& result) {
            if (!result) std::abort();
            done_.set_value();
        };
    }
    void wait() { done_.get_future().get(); }

  private:
    std::promise<void> done_;
};

/// Rotates, backs up and checks, while nothing else happens or beside others.
void measure_long_work(Vault& vault, const std::filesystem::path& backup, const char* how) {
    std::uint64_t keys = 0;
    Done<void> rotated;
    const Stopwatch rotating;
    vault.rotate([&keys](Progress progress) { keys = progress.done; }, rotated.answer());
    rotated.wait();
    report((std::string("data keys rotated, ") + how).c_str(), static_cast<double>(keys),
           rotating.seconds());
    Done<std::uint64_t> backed_up;
    const Stopwatch backing_up;
    vault.back_up(
        backup, [](Progress) {}, backed_up.answer());
    backed_up.wait();
    report((std::string("accounts backed up, ") + how).c_str(), static_cast<double>(keys),
           backing_up.seconds());
    Done<CheckReport> checked;
    const Stopwatch checking;
    vault.check([](Progress) {}, checked.answer());
    checked.wait();
    report((std::string("accounts checked, ") + how).c_str(), static_cast<double>(keys),
           checking.seconds());
}

void measure_start(const VaultOptions& options) {
    const Stopwatch start;
    const auto vault = opened(options);
    std::printf("%-44s %10.3f s\n", "open and check", start.seconds());
    const Stopwatch load;
    const auto loaded = vault->load_accounts();
    std::printf("%-44s %10.3f s  (%zu accounts)\n", "load", load.seconds(),
                loaded->accounts.size());
}

void measure(const std::filesystem::path& directory) {
    const VaultOptions options{directory / "state" / "vault.db",
                               "file:" + (directory / "root.key").string()};
    if (!make_root_key(directory / "root.key")) std::exit(1);
    constexpr std::size_t all = 100'000;
    measure_sealing();
    {
        const auto vault = opened(options);
        measure_storing(*vault, 0, 1'000, 1);
        measure_bare_storing(directory, 1'000, 1);
        measure_storing(*vault, 1'000, 20'000, 32);
        measure_bare_storing(directory, 20'000, 32);
        measure_storing(*vault, 21'000, all - 21'000, 256);
        measure_opening(*vault, all);
    }
    measure_start(options);
    const auto vault = opened(options);
    measure_long_work(*vault, directory / "backup-1.db", "alone");
    Others others(*vault, all, all);
    measure_long_work(*vault, directory / "backup-2.db", "with others");
    others.report();
}

}  // namespace
}  // namespace gatepost::vault

int main(int argc, char** argv) {
    std::string name = std::string(argc > 1 ? argv[1] : "/var/tmp") + "/vault-bench-XXXXXX";
    if (::sodium_init() < 0 || ::mkdtemp(name.data()) == nullptr) return 1;
    gatepost::vault::measure(name);
    std::filesystem::remove_all(name);
    return 0;
}
