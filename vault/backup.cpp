#include "vault/backup.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "vault/account_check.h"
#include "vault/files.h"

namespace gatepost::vault {
namespace {

namespace fs = std::filesystem;

Problem bad_path(const std::string& why) {
    return problem(ProblemKind::bad_request, "The backup's path " + why).with("field", "path");
}

Problem no_room(const fs::path& file) {
    return problem(ProblemKind::vault_full,
                   "There is no room for the backup in " + file.parent_path().string() +
                       ": make room, or name another place. Nothing was left there.");
}

Problem failed(const fs::path& file, int error) {
    if (error == ENOSPC || error == EDQUOT) return no_room(file);
    if (error == EEXIST) {
        return problem(ProblemKind::already_exists,
                       file.string() + " is there already, and is not overwritten: name another.");
    }
    return bad_path(file.string() + " cannot be written: " + words_of(error) +
                    ". Name a directory that Gatepost may write to.");
}

Problem stopped() {
    return problem(ProblemKind::cancelled, "The backup was not made, since Gatepost stops.");
}

// What SQLite says is of the vault's own disk otherwise.
Problem failed(const fs::path& file, Problem by_database) {
    if (by_database.kind == ProblemKind::vault_full) return no_room(file);
    if (by_database.kind == ProblemKind::cancelled) return stopped();
    by_database.detail = "The backup was not made. " + by_database.detail;
    return by_database;
}

Result<void> check_path(const fs::path& file) {
    const std::string& text = file.native();
    if (!is_text(text) || text.size() >= PATH_MAX) return bad_path("is not a path.");
    if (!file.is_absolute()) return bad_path("must be absolute, since Gatepost is elsewhere.");
    if (!file.has_filename()) return bad_path("must name a file.");
    struct stat status {};
    if (::lstat(file.c_str(), &status) == 0) return failed(file, EEXIST);
    return {};
}

/// A new empty file in that file's directory, for its owner only; gone when this goes.
class PartFile {
  public:
    static Result<PartFile> make(const fs::path& beside) {
        std::string path = (beside.parent_path() / ".gatepost-backup-XXXXXX").string();
        const FileDescriptor made(::mkostemp(path.data(), O_CLOEXEC));
        if (!made) return failed(beside, errno);
        return PartFile(std::move(path));
    }
    PartFile(PartFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    PartFile& operator=(PartFile&&) = delete;
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    ~PartFile() {
        if (path_.empty()) return;
        ::unlink(path_.c_str());
        ::unlink((path_ + "-journal").c_str());  // SQLite's, where a failing disk has left it
    }

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    explicit PartFile(std::string path) : path_(std::move(path)) {}

    std::string path_;
};

/// Its size once what is in it is on the disk; nothing with errno otherwise.
std::optional<std::uint64_t> synced_size_of(const std::string& path) {
    const FileDescriptor opened(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!opened || ::fsync(opened.get()) != 0 || ::fstat(opened.get(), &status) != 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

Result<std::uint64_t> write_backup(Connection& connection, const fs::path& file,
                                   const std::atomic<bool>& stopping,
                                   const ReportProgress& report) {
    if (stopping) return stopped();
    if (auto good = check_path(file); !good) return good.error();
    const auto part = PartFile::make(file);
    if (!part) return part.error();
    Statement copy = connection.prepare("VACUUM INTO ?1");
    auto copied = copy.with(std::string_view(part->path())).finish();
    if (!copied) return failed(file, copied.error());
    const auto bytes = synced_size_of(part->path());
    if (!bytes) return failed(file, errno);
    // Unlike rename(2) it never takes the place of a file that came meanwhile.
    if (::link(part->path().c_str(), file.c_str()) != 0) return failed(file, errno);
    if (!sync_directory_of(file)) {
        const int error = errno;
        ::unlink(file.c_str());
        return failed(file, error);
    }
    report({*bytes, *bytes});
    return *bytes;
}

}  // namespace gatepost::vault
