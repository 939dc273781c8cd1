// The vault's files as the system sees them: whose they are, who may read them, who has the vault
// open. Used within vault/, before SQLite opens anything. Blocks.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>

#include "core/result.h"

namespace gatepost::vault {

/// A descriptor that is closed when it goes.
class FileDescriptor {
  public:
    explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    explicit operator bool() const { return descriptor_ >= 0; }
    [[nodiscard]] int get() const { return descriptor_; }

  private:
    int descriptor_;
};

/// The database's file, ready for SQLite: in a directory of ours, readable by us only, and locked
/// against every other daemon.
struct VaultFile {
    std::filesystem::path path;  ///< without symbolic links
    FileDescriptor lock;         ///< kept while the vault is open
};

/// Makes the file (empty) and its directory when they are not there. Fails with `configuration`:
/// somebody else's, open to others, in use by another daemon, or gone with its log left behind.
Result<VaultFile> prepare_vault_file(const std::filesystem::path& file);

/// Makes a file's entry in its directory durable; false with errno otherwise.
bool sync_directory_of(const std::filesystem::path& file);

/// What errno says.
std::string words_of(int error);

}  // namespace gatepost::vault
