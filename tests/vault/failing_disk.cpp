#include "failing_disk.h"

namespace gatepost::vault {
namespace {

FailingDisk* disk = nullptr;

}  // namespace

FailingDisk::FailingDisk() : real_(::sqlite3_vfs_find(nullptr)), failing_(*real_) {
    disk = this;
    failing_.zName = "failing";
    failing_.xOpen = open;
    ::sqlite3_vfs_register(&failing_, 1);
}

FailingDisk::~FailingDisk() {
    ::sqlite3_vfs_unregister(&failing_);
    ::sqlite3_vfs_register(real_, 1);
    disk = nullptr;
}

void FailingDisk::fail(Call call, int after, Lasting lasting) {
    const std::lock_guard lock(mutex_);
    call_ = call;
    countdown_ = after;
    lasting_ = lasting;
    has_failed_ = false;
}

bool FailingDisk::heal() {
    const std::lock_guard lock(mutex_);
    countdown_ = -1;
    return has_failed_;
}

int FailingDisk::opened() const {
    const std::lock_guard lock(mutex_);
    return opened_;
}

bool FailingDisk::fails(Call call) {
    const std::lock_guard lock(mutex_);
    if (call != call_ || countdown_ < 0) return false;
    if (countdown_ > 0) {
        --countdown_;
        return false;
    }
    if (lasting_ == Lasting::once) countdown_ = -1;
    has_failed_ = true;
    return true;
}

int FailingDisk::open(sqlite3_vfs*, sqlite3_filename path, sqlite3_file* file, int flags,
                      int* out) {
    const int code = disk->real_->xOpen(disk->real_, path, file, flags, out);
    if (code != SQLITE_OK) return code;
    const std::lock_guard lock(disk->mutex_);
    ++disk->opened_;
    const auto [methods, is_new] = disk->methods_.try_emplace(file->pMethods, *file->pMethods);
    if (is_new) {
        // The log is never shared, so that its kind of file lacks that function.
        if (methods->second.xShmMap != nullptr) disk->real_calls_ = methods->second;
        methods->second.xRead = read;
        methods->second.xWrite = write;
        methods->second.xSync = sync;
        methods->second.xTruncate = truncate;
        methods->second.xShmMap = share;
    }
    file->pMethods = &methods->second;
    return code;
}

int FailingDisk::read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
    if (disk->fails(Call::read)) return SQLITE_IOERR_READ;
    return disk->real_calls_.xRead(file, bytes, size, at);
}

int FailingDisk::write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    if (disk->fails(Call::write)) return SQLITE_IOERR_WRITE;
    if (disk->fails(Call::torn_write)) {
        (void)disk->real_calls_.xWrite(file, bytes, size / 2, at);
        return SQLITE_FULL;
    }
    return disk->real_calls_.xWrite(file, bytes, size, at);
}

int FailingDisk::sync(sqlite3_file* file, int flags) {
    if (disk->fails(Call::sync)) return SQLITE_IOERR_FSYNC;
    return disk->real_calls_.xSync(file, flags);
}

int FailingDisk::truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (disk->fails(Call::truncate)) return SQLITE_IOERR_TRUNCATE;
    return disk->real_calls_.xTruncate(file, size);
}

int FailingDisk::share(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    if (disk->fails(Call::share)) return SQLITE_IOERR_SHMMAP;
    return disk->real_calls_.xShmMap(file, page, size, extend, memory);
}

}  // namespace gatepost::vault
