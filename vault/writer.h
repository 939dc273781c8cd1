// The writer: one thread that stores what is asked for. What waits while the disk is busy goes into
// the next transaction together, so that many writes share one fsync; each is a savepoint of its
// own, and is answered only once all of it is on the disk. Writing is asked for from any thread.
//
// A commit that failed is never tried again: its pages may be gone from the kernel's memory while
// the kernel believes them written. Its writes are answered as failed, and the database is opened
// anew.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/result.h"
#include "vault/tables.h"

namespace gatepost::vault {

/// One write, from asking to answering. Both are called on the writer's thread.
class Write {
  public:
    virtual ~Write() = default;
    /// Changes rows, within a savepoint that is rolled back on failure.
    virtual Result<void> apply(Tables& tables) = 0;
    /// True when it removes or replaces keys, which then should not stay in the log for long.
    [[nodiscard]] virtual bool destroys_keys() const = 0;
    /// Success: it is on the disk. Failure: nothing of it is.
    virtual void answer(const Result<void>& stored) = 0;
};

class Writer {
  public:
    /// The keys outlive the writer.
    Writer(std::string path, const KeyRing& keys, std::unique_ptr<Tables> tables);
    /// Stores and answers what was asked for before.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void write(std::unique_ptr<Write> write);
    /// True while writes wait that are not in the transaction at work.
    [[nodiscard]] bool somebody_waits() const;
    [[nodiscard]] bool writable() const { return writable_; }

  private:
    using Batch = std::vector<std::unique_ptr<Write>>;
    using Results = std::vector<Result<void>>;
    using Clock = std::chrono::steady_clock;

    void run();
    /// Waits for writes, or until housekeeping is due, which gives an empty batch. Nothing: all is
    /// done, and no more will come.
    std::optional<Batch> next_batch();

    void store(Batch& batch);
    Result<void> store_all(Batch& batch, Results& results);
    Result<void> store_one(Write& write);
    void note_old_keys(const Batch& batch);
    /// After a failure of the whole transaction.
    void give_up(const Problem& failure);
    Result<void> reopen();

    /// Sees whether the disk takes writes again; empties the log when it holds destroyed keys.
    void keep_house();
    Result<void> probe();
    void keep_house_at(Clock::time_point at);

    const std::string path_;
    const KeyRing& keys_;

    // The writer's thread only.
    std::unique_ptr<Tables> tables_;  ///< null after a failure, until the database opens again
    bool log_holds_old_keys_ = false;
    std::optional<Clock::time_point> housekeeping_at_;

    std::atomic<bool> writable_ = true;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    Batch waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace gatepost::vault
