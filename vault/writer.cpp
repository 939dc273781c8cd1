#include "vault/writer.h"

#include <algorithm>
#include <utility>

namespace gatepost::vault {
namespace {

// Bounds how long the first of a batch waits for the last one to be applied: a few milliseconds.
constexpr std::size_t max_batch = 256;

// While the disk fails, one small write now and then finds out whether it still does.
constexpr std::chrono::milliseconds probe_interval{1000};

// How long a destroyed key stays in the log. Emptying it costs fsyncs, so that a run of removals
// shares one.
constexpr std::chrono::milliseconds old_keys_patience{1000};

// Changes no account; and its commit overwrites what a failed one may have left in the log.
constexpr const char* probe_sql = "UPDATE vault SET probes = probes + 1";

bool is_disk_failure(const Problem& problem) {
    return problem.kind == ProblemKind::vault_full || problem.kind == ProblemKind::vault_damaged;
}

}  // namespace

Writer::Writer(std::string path, const KeyRing& keys, std::unique_ptr<Tables> tables)
    : path_(std::move(path)), keys_(keys), tables_(std::move(tables)), thread_([this] { run(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Writer::write(std::unique_ptr<Write> write) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(write));
    }
    wake_.notify_one();
}

bool Writer::somebody_waits() const {
    const std::lock_guard lock(mutex_);
    return !waiting_.empty();
}

void Writer::run() {
    while (auto batch = next_batch()) {
        if (!batch->empty()) store(*batch);
        if (housekeeping_at_ && Clock::now() >= *housekeeping_at_) keep_house();
    }
}

std::optional<Writer::Batch> Writer::next_batch() {
    std::unique_lock lock(mutex_);
    const auto has_reason = [this] { return stopping_ || !waiting_.empty(); };
    if (housekeeping_at_) {
        wake_.wait_until(lock, *housekeeping_at_, has_reason);
    } else {
        wake_.wait(lock, has_reason);
    }
    if (waiting_.size() <= max_batch) {
        if (waiting_.empty() && stopping_) return std::nullopt;
        return std::exchange(waiting_, {});
    }
    const auto end = waiting_.begin() + max_batch;
    Batch batch(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return batch;
}

void Writer::store(Batch& batch) {
    Results results;
    if (auto stored = store_all(batch, results); !stored) {
        give_up(stored.error());
        for (Result<void>& result : results) {
            if (result) result = stored.error();
        }
        results.resize(batch.size(), stored.error());
    } else if (std::ranges::any_of(results, &Result<void>::has_value)) {
        writable_ = true;
        note_old_keys(batch);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i]->answer(results[i]);
        batch[i].reset();  // its secret goes before the next answer
    }
}

void Writer::note_old_keys(const Batch& batch) {
    const auto destroys_keys = [](const auto& write) { return write->destroys_keys(); };
    if (!std::ranges::any_of(batch, destroys_keys)) return;
    log_holds_old_keys_ = true;
    keep_house_at(Clock::now() + old_keys_patience);
}

// Success: everything whose result says so is on the disk. Failure: nothing is.
Result<void> Writer::store_all(Batch& batch, Results& results) {
    if (auto opened = reopen(); !opened) return opened.error();
    auto transaction = Transaction::begin(tables_->connection);
    if (!transaction) return transaction.error();
    for (const auto& write : batch) {
        results.push_back(store_one(*write));
        if (!tables_->connection.in_transaction()) return results.back().error();
    }
    return transaction->commit();
}

Result<void> Writer::store_one(Write& write) {
    Connection& connection = tables_->connection;
    if (auto done = connection.run("SAVEPOINT one"); !done) return done.error();
    Result<void> applied = write.apply(*tables_);
    if (!connection.in_transaction()) return applied;
    const char* const end = applied ? "RELEASE one" : "ROLLBACK TO one; RELEASE one";
    if (auto done = connection.run(end); !done) {
        (void)connection.run("ROLLBACK");  // or half of it would be committed with the others
        return done.error();
    }
    return applied;
}

void Writer::give_up(const Problem& failure) {
    tables_.reset();
    if (is_disk_failure(failure)) writable_ = false;
    if (!writable_) keep_house_at(Clock::now() + probe_interval);
}

Result<void> Writer::reopen() {
    if (tables_) return {};
    auto tables = Tables::open(path_, keys_);
    if (!tables) return tables.error();
    tables_ = std::move(*tables);
    return {};
}

void Writer::keep_house_at(Clock::time_point at) {
    if (!housekeeping_at_ || at < *housekeeping_at_) housekeeping_at_ = at;
}

void Writer::keep_house() {
    housekeeping_at_.reset();
    if (!writable_) {
        if (auto done = probe(); !done) return give_up(done.error());
        writable_ = true;
    }
    if (!log_holds_old_keys_ || !tables_) return;
    if (tables_->connection.empty_log()) {
        log_holds_old_keys_ = false;
    } else {
        keep_house_at(Clock::now() + old_keys_patience);
    }
}

Result<void> Writer::probe() {
    if (auto opened = reopen(); !opened) return opened.error();
    auto transaction = Transaction::begin(tables_->connection);
    if (!transaction) return transaction.error();
    if (auto done = tables_->connection.run(probe_sql); !done) return done.error();
    return transaction->commit();
}

}  // namespace gatepost::vault
