#include "vault/rotation.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <ranges>
#include <thread>
#include <utility>

namespace gatepost::vault {
namespace {

using Clock = std::chrono::steady_clock;

// One transaction at most, a few milliseconds.
constexpr std::int64_t batch_keys = 500;

// A batch ends early when somebody else has a write waiting, but not before this many: so it also
// comes to its end where somebody always has.
constexpr std::size_t least_keys = 50;

// After each batch it rests for a few times as long as that took, so that whoever else needs the
// disk and the processors has them for most of the time; but not for longer than this, or a busy
// machine would never come to the end.
constexpr int rest_factor = 3;
constexpr std::chrono::milliseconds longest_rest{15};

/// A write of ours, waited for.
class Step : public Write {
  public:
    using Apply = std::function<Result<void>(KeyTable&)>;

    /// @param stored called on the writer's thread once it is on the disk, before any other write
    static Result<void> take(
        Writer& writer, bool destroys_keys, Apply apply, std::function<void()> stored = [] {}) {
        auto step = std::make_unique<Step>(destroys_keys, std::move(apply), std::move(stored));
        auto outcome = step->outcome_.get_future();
        writer.write(std::move(step));
        return outcome.get();
    }

    Step(bool destroys_keys, Apply apply, std::function<void()> stored)
        : destroys_keys_(destroys_keys), apply_(std::move(apply)), stored_(std::move(stored)) {}

    Result<void> apply(Tables& tables) override { return apply_(tables.keys); }
    [[nodiscard]] bool destroys_keys() const override { return destroys_keys_; }
    void answer(const Result<void>& stored) override {
        if (stored) stored_();
        outcome_.set_value(stored);
    }

  private:
    const bool destroys_keys_;
    Apply apply_;
    std::function<void()> stored_;
    std::promise<Result<void>> outcome_;
};

Problem stopped() {
    return problem(ProblemKind::cancelled,
                   "The rotation was interrupted, since Gatepost stops. The next start goes on.");
}

Problem left_under_older_keys(std::uint64_t damaged) {
    return problem(ProblemKind::vault_damaged,
                   "Keys of accounts that are damaged stay under the older wrapping key, and it "
                   "stays for them: " +
                       std::to_string(damaged) +
                       ". Remove these accounts and add them again, then rotate once more.");
}

}  // namespace

Rotation::Rotation(const Parts& parts, Tables& tables, ReportProgress report)
    : keys_(parts.keys),
      writer_(parts.writer),
      reader_(parts.reader),
      stopping_(parts.stopping),
      tables_(tables),
      report_(std::move(report)) {}

Result<void> Rotation::begin(const Key& root) {
    if (stopping_) return stopped();
    const auto number = tables_.keys.unused_number();
    if (!number) return number.error();
    const KeyRing::NewWrappingKey made = KeyRing::new_wrapping_key(*number, root);
    return Step::take(
        writer_, false, [&made](KeyTable& keys) { return keys.add_wrapping_key(made); },
        [this, &made] { keys_.activate(made); });
}

Result<void> Rotation::finish() {
    const auto older = tables_.keys.count_under_others(keys_.active());
    if (!older) return older.error();
    progress_.total = *older;
    report_(progress_);
    if (auto done = rewrap_all(); !done) return done.error();
    return destroy_older_keys();
}

// Once through the data keys is enough: new ones are under the active wrapping key, and an id is
// never used again.
Result<void> Rotation::rewrap_all() {
    Bytes after;
    for (;;) {
        if (stopping_) return stopped();
        const auto begun = Clock::now();
        const auto batch = tables_.keys.under_others(keys_.active(), after, batch_keys);
        if (!batch) return batch.error();
        if (batch->empty()) return {};
        const auto last = rewrap(*batch);
        if (!last) return last.error();
        after = (*last)->id;
        // Or the writer would do it now and then, and have everybody wait for it.
        tables_.connection.shorten_log();
        std::this_thread::sleep_for(
            std::min<Clock::duration>(rest_factor * (Clock::now() - begun), longest_rest));
    }
}

Result<const WrappedDataKey*> Rotation::rewrap(const std::vector<WrappedDataKey>& batch) {
    std::vector<Result<WrappedDataKey>> rewrapped;
    rewrapped.reserve(batch.size());
    for (const WrappedDataKey& stored : batch)
        rewrapped.push_back(keys_.rewrap(stored));
    std::size_t done = 0;
    const auto replace = [&](KeyTable& keys) -> Result<void> {
        for (done = 0; done < batch.size(); ++done) {
            if (done >= least_keys && writer_.somebody_waits()) break;
            if (!rewrapped[done]) continue;
            auto replaced = keys.replace(batch[done], *rewrapped[done]);
            if (!replaced) return replaced;
        }
        return {};
    };
    if (auto stored = Step::take(writer_, false, replace); !stored) return stored.error();
    const auto opened =
        std::ranges::count_if(std::views::take(rewrapped, static_cast<std::ptrdiff_t>(done)),
                              &Result<WrappedDataKey>::has_value);
    progress_.done += static_cast<std::uint64_t>(opened);
    damaged_ += done - static_cast<std::uint64_t>(opened);
    report_(progress_);
    return &batch[done - 1];
}

Result<void> Rotation::destroy_older_keys() {
    std::vector<std::int64_t> removed;
    std::uint64_t left = 0;
    auto done = Step::take(writer_, true, [&](KeyTable& keys) -> Result<void> {
        auto unused = keys.remove_unused_wrapping_keys(keys_.active());
        if (!unused) return unused.error();
        removed = std::move(*unused);
        const auto count = keys.count_older_wrapping_keys();
        if (!count) return count.error();
        left = *count;
        return {};
    });
    if (!done) return done;
    forget(removed);
    if (left > 0) return left_under_older_keys(damaged_);
    return {};
}

// A read that began before may have a row from before the rotation in its hands; one that begins
// later has not.
void Rotation::forget(const std::vector<std::int64_t>& numbers) {
    std::promise<void> forgotten;
    reader_.read([&](Tables&) {
        for (const std::int64_t number : numbers)
            keys_.forget(number);
        forgotten.set_value();
    });
    forgotten.get_future().get();
}

}  // namespace gatepost::vault
