#include "forgetful_disk.h"

#include <filesystem>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

ForgetfulDisk* disk = nullptr;

std::string name_of_file(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

}  // namespace

// SQLite's own way to the disk, but for three of its functions.
ForgetfulDisk::ForgetfulDisk(std::function<void(const Image&)> before_sync)
    : before_sync_(std::move(before_sync)), real_(::sqlite3_vfs_find(nullptr)), forgetful_(*real_) {
    disk = this;
    forgetful_.zName = "forgetful";
    forgetful_.xOpen = open;
    forgetful_.xDelete = remove;
    ::sqlite3_vfs_register(&forgetful_, 1);
}

ForgetfulDisk::~ForgetfulDisk() {
    ::sqlite3_vfs_unregister(&forgetful_);
    ::sqlite3_vfs_register(real_, 1);
    disk = nullptr;
}

int ForgetfulDisk::open(sqlite3_vfs*, sqlite3_filename path, sqlite3_file* file, int flags,
                        int* out) {
    const int code = disk->real_->xOpen(disk->real_, path, file, flags, out);
    if (code != SQLITE_OK || path == nullptr) return code;
    const std::lock_guard lock(disk->mutex_);
    const auto [methods, is_new] = disk->methods_.try_emplace(file->pMethods, *file->pMethods);
    if (is_new) {
        disk->real_sync_ = methods->second.xSync;
        methods->second.xSync = sync;
    }
    file->pMethods = &methods->second;
    disk->paths_[file] = path;
    // Its entry in the directory is taken to be there, which is the worse case for a log.
    disk->synced_.try_emplace(name_of_file(path));
    return code;
}

int ForgetfulDisk::remove(sqlite3_vfs*, const char* path, int sync_directory) {
    const int code = disk->real_->xDelete(disk->real_, path, sync_directory);
    const std::lock_guard lock(disk->mutex_);
    if (code == SQLITE_OK && sync_directory != 0) disk->synced_.erase(name_of_file(path));
    return code;
}

int ForgetfulDisk::sync(sqlite3_file* file, int flags) {
    const std::lock_guard lock(disk->mutex_);
    disk->before_sync_(disk->synced_);
    const int code = disk->real_sync_(file, flags);
    const std::string& path = disk->paths_[file];
    if (code == SQLITE_OK) disk->synced_[name_of_file(path)] = bytes_in(path);
    return code;
}

}  // namespace gatepost::vault
