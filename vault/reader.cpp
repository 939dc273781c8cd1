#include "vault/reader.h"

#include <utility>

namespace gatepost::vault {

Reader::Reader(std::unique_ptr<Tables> tables)
    : tables_(std::move(tables)), thread_([this] { run(); }) {}

Reader::~Reader() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Reader::read(Read read) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(read));
    }
    wake_.notify_one();
}

void Reader::run() {
    while (const Read read = next()) {
        read(*tables_);
    }
}

Reader::Read Reader::next() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return {};
    Read read = std::move(waiting_.front());
    waiting_.pop_front();
    return read;
}

}  // namespace gatepost::vault
