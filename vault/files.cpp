#include "vault/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only_directory = 0700;
constexpr mode_t owner_only_file = 0600;
constexpr mode_t others = 077;

Problem unusable(const fs::path& path, const std::string& why) {
    return problem(ProblemKind::configuration, path.string() + " " + why);
}

Problem failed(const fs::path& path, const std::string& what, int error) {
    return unusable(path, "cannot be " + what + ": " + words_of(error) + ".");
}

Result<void> check_ours(const fs::path& path, const struct stat& status,
                        const std::string& right_mode) {
    if (status.st_uid != ::geteuid()) {
        return unusable(path, "belongs to somebody else: chown it to the service's user.");
    }
    if ((status.st_mode & others) != 0) {
        return unusable(path, "is open to others: chmod " + right_mode + " it.");
    }
    return {};
}

Result<fs::path> prepare_directory(const fs::path& directory) {
    // The mode at birth can only be cut down by the umask; the umask that cuts the owner is odd.
    if (::mkdir(directory.c_str(), owner_only_directory) == 0) {
        if (!sync_directory_of(directory)) return failed(directory, "made", errno);
    } else if (errno != EEXIST) {
        return failed(directory, "made", errno);
    }
    std::error_code error;
    fs::path real = fs::canonical(directory, error);
    if (error) return failed(directory, "found", error.value());
    struct stat status {};
    if (::stat(real.c_str(), &status) != 0) return failed(real, "read", errno);
    if (!S_ISDIR(status.st_mode)) return unusable(real, "is not a directory.");
    if (auto ours = check_ours(real, status, "0700"); !ours) return ours.error();
    return real;
}

/// Opens a file of ours, or makes it.
Result<FileDescriptor> open_or_make(const fs::path& path) {
    constexpr int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    FileDescriptor file(::open(path.c_str(), flags | O_CREAT | O_EXCL, owner_only_file));
    if (file) {
        if (::fchmod(file.get(), owner_only_file) != 0) return failed(path, "made", errno);
        if (!sync_directory_of(path)) return failed(path, "made", errno);
        return file;
    }
    if (errno != EEXIST) return failed(path, "made", errno);
    file = FileDescriptor(::open(path.c_str(), flags));
    if (!file) return failed(path, "opened", errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return failed(path, "read", errno);
    if (!S_ISREG(status.st_mode)) return unusable(path, "is not a regular file.");
    if (auto ours = check_ours(path, status, "0600"); !ours) return ours.error();
    return file;
}

fs::path with_suffix(fs::path path, const char* suffix) {
    path += suffix;
    return path;
}

// SQLite would take a log without its database for an old one, and delete it.
Result<void> refuse_lonely_log(const fs::path& path) {
    std::error_code error;
    const fs::path log = with_suffix(path, "-wal");
    if (fs::exists(path, error) || !fs::exists(log, error) || fs::is_empty(log, error)) return {};
    return unusable(path, "is gone, but " + log.string() +
                              " is there: put both back from one backup, or move it away.");
}

}  // namespace

Result<VaultFile> prepare_vault_file(const fs::path& file) {
    auto directory = prepare_directory(fs::absolute(file).parent_path());
    if (!directory) return directory.error();
    VaultFile vault{*directory / file.filename(), FileDescriptor()};

    // A file of its own: closing any descriptor of the database drops the locks SQLite has on it.
    const fs::path lock_path = with_suffix(vault.path, "-lock");
    auto lock = open_or_make(lock_path);
    if (!lock) return lock.error();
    if (::flock(lock->get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return failed(lock_path, "locked", errno);
        return unusable(vault.path, "is in use by another gatepostd: stop that one first.");
    }
    vault.lock = std::move(*lock);

    if (auto done = refuse_lonely_log(vault.path); !done) return done.error();
    if (auto made = open_or_make(vault.path); !made) return made.error();
    return vault;
}

bool sync_directory_of(const fs::path& file) {
    const fs::path directory = fs::absolute(file).parent_path();
    const FileDescriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened && ::fsync(opened.get()) == 0;
}

std::string words_of(int error) {
    return std::generic_category().message(error);
}

}  // namespace gatepost::vault
