// The reader: one thread with a connection of its own, so that secrets are read while writes wait
// for the disk. Asked from any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "vault/tables.h"

namespace gatepost::vault {

class Reader {
  public:
    using Read = std::function<void(Tables&)>;

    explicit Reader(std::unique_ptr<Tables> tables);
    /// Does what was asked for before.
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// Runs on the reader's thread, in the order of asking.
    void read(Read read);
    /// Has the SQL that runs now, if any does, fail with cancelled.
    void interrupt() { tables_->connection.interrupt(); }

  private:
    void run();
    /// Waits for work; an empty function when all is done and no more will come.
    Read next();

    std::unique_ptr<Tables> tables_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Read> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace gatepost::vault
