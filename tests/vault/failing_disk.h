// A disk that fails: SQLite's own way to the disk, whose Nth call of a kind fails, and those after
// it too where it is said so.
#pragma once

#include <map>
#include <mutex>

#include <sqlite3.h>

namespace gatepost::vault {

/// One at a time; made before a vault is opened, gone after it was closed. Fails nothing until it
/// is told to.
class FailingDisk {
  public:
    enum class Call {
        read,
        write,
        torn_write,  ///< half of it is written, then there is no room
        sync,
        truncate,
        share,  ///< the log's index in shared memory
    };
    enum class Lasting { once, for_ever };

    FailingDisk();
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;
    ~FailingDisk();

    /// After so many further calls of that kind.
    void fail(Call call, int after, Lasting lasting);
    /// From now on all goes well again. True when any call has failed since fail().
    bool heal();
    /// How many files were opened since the disk is there.
    [[nodiscard]] int opened() const;

  private:
    static int open(sqlite3_vfs*, sqlite3_filename path, sqlite3_file* file, int flags, int* out);
    static int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at);
    static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at);
    static int sync(sqlite3_file* file, int flags);
    static int truncate(sqlite3_file* file, sqlite3_int64 size);
    static int share(sqlite3_file* file, int page, int size, int extend, void volatile** memory);

    bool fails(Call call);

    sqlite3_vfs* const real_;
    sqlite3_vfs failing_;
    sqlite3_io_methods real_calls_{};  ///< all kinds of files have the same of those above

    mutable std::mutex mutex_;
    /// SQLite's functions for each kind of file, with ours in them.
    std::map<const sqlite3_io_methods*, sqlite3_io_methods> methods_;
    int opened_ = 0;
    Call call_ = Call::read;
    int countdown_ = -1;  ///< negative: nothing fails
    Lasting lasting_ = Lasting::once;
    bool has_failed_ = false;
};

}  // namespace gatepost::vault
