#include "cli/provider_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <vector>

namespace gatepost::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_files = 5000;  // ISPDB has 162
constexpr std::size_t max_bytes =
    256 * 1024;  // what discovery reads of one; the largest has 20 KiB

Problem unreadable(const fs::path& path, const std::error_code& error) {
    return problem(ProblemKind::configuration,
                   "Cannot read " + path.string() + ": " + error.message() + ".");
}

bool is_provider_file(const fs::directory_entry& entry) {
    std::error_code ignored;
    const fs::path name = entry.path().filename();
    return name.extension() == ".xml" && !name.string().starts_with('.') &&
           entry.symlink_status(ignored).type() == fs::file_type::regular;
}

Result<std::vector<std::string>> names_in(const fs::path& folder) {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (!is_provider_file(*entry)) continue;
        if (names.size() == max_files) {
            return problem(ProblemKind::too_large, folder.string() + " has more than " +
                                                       std::to_string(max_files) +
                                                       " files NAME.xml.");
        }
        names.push_back(entry->path().filename().string());
    }
    if (error) return unreadable(folder, error);
    std::ranges::sort(names);
    return names;
}

class File {
  public:
    // What became a link or a pipe since the folder was read is not followed or waited for.
    explicit File(const fs::path& path)
        : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

    /// At most `bytes` of it, or nothing after an error.
    std::optional<std::string> text(std::size_t bytes) {
        std::string text(bytes, '\0');
        std::size_t filled = 0;
        while (filled < bytes) {
            const ssize_t got = ::read(fd_, text.data() + filled, bytes - filled);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return std::nullopt;
            if (got == 0) break;
            filled += static_cast<std::size_t>(got);
        }
        text.resize(filled);
        return text;
    }

  private:
    int fd_;
};

Result<std::string> text_of(const fs::path& path) {
    File file(path);
    auto text = file.is_open() ? file.text(max_bytes + 1) : std::nullopt;
    if (!text) return unreadable(path, {errno, std::generic_category()});
    if (text->size() > max_bytes) {
        return problem(ProblemKind::too_large, "It is larger than 256 KiB.");
    }
    return std::move(*text);
}

}  // namespace

Result<void> read_provider_folder(
    const fs::path& folder,
    const std::function<void(const std::string& name, Result<std::string> text)>& visit) {
    const auto names = names_in(folder);
    if (!names) return names.error();
    for (const std::string& name : *names)
        visit(name, text_of(folder / name));
    return {};
}

}  // namespace gatepost::cli
