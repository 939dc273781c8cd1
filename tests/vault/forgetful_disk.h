// A disk that loses its power: whatever SQLite writes while this is there counts only once it was
// synced, and can be seen as it would be found after a power cut.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include <sqlite3.h>

namespace gatepost::vault {

/// One at a time; made before a vault is opened, gone after it was closed.
class ForgetfulDisk {
  public:
    /// By file name, as it would be after a power cut now.
    using Image = std::map<std::string, std::string>;

    /// @param before_sync called on SQLite's thread before each sync takes effect
    explicit ForgetfulDisk(std::function<void(const Image&)> before_sync);
    ForgetfulDisk(const ForgetfulDisk&) = delete;
    ForgetfulDisk& operator=(const ForgetfulDisk&) = delete;
    ~ForgetfulDisk();

  private:
    static int open(sqlite3_vfs*, sqlite3_filename path, sqlite3_file* file, int flags, int* out);
    static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory);
    static int sync(sqlite3_file* file, int flags);

    std::function<void(const Image&)> before_sync_;
    sqlite3_vfs* const real_;
    sqlite3_vfs forgetful_;
    int (*real_sync_)(sqlite3_file*, int) = nullptr;  ///< all kinds of files have the same

    std::mutex mutex_;
    /// SQLite's functions for each kind of file, with our sync in them.
    std::map<const sqlite3_io_methods*, sqlite3_io_methods> methods_;
    std::map<sqlite3_file*, std::string> paths_;
    Image synced_;
};

}  // namespace gatepost::vault
