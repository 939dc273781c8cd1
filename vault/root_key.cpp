#include "vault/root_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "vault/bytes.h"
#include "vault/files.h"
#include "vault/vault.h"

namespace gatepost::vault {
namespace {

constexpr std::string_view label = "gatepost-root-key-1";
constexpr const char* white_space = " \t\r\n";
constexpr std::size_t check_bytes = 4;
constexpr std::size_t text_characters = 68;      // label, space, base64 of 36 bytes
constexpr std::size_t max_file_bytes = 4 * 128;  // with room for white space of all kinds

using Checked = std::array<unsigned char, Key::size + check_bytes>;
constexpr std::size_t base64_characters = Checked().size() / 3 * 4;
static_assert(text_characters == label.size() + 1 + base64_characters);

void compute_check(unsigned char* check, const unsigned char* key) {
    std::array<unsigned char, 32> hash;
    crypto_generichash_state state;
    ::crypto_generichash_init(&state, nullptr, 0, hash.size());
    ::crypto_generichash_update(&state, bytes_of(label).data(), label.size());
    ::crypto_generichash_update(&state, key, Key::size);
    ::crypto_generichash_final(&state, hash.data(), hash.size());
    wipe(&state, sizeof state);
    std::copy_n(hash.begin(), check_bytes, check);
}

Problem unusable(const std::string& path, const std::string& why) {
    return problem(ProblemKind::root_key, "The root key " + path + " " + why);
}

Result<std::string> credential_path(std::string_view name) {
    if (name.empty() || name.find('/') != name.npos || name == "." || name == "..") {
        return problem(ProblemKind::root_key, "The root key's credential has no proper name.");
    }
    const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory == nullptr) {
        return problem(ProblemKind::root_key,
                       "There is no root key: systemd passed no credentials. Add LoadCredential=" +
                           std::string(name) + ":… to the unit, or set vault.root_key.");
    }
    return std::string(directory) + "/" + std::string(name);
}

// Where systemd grants a credential to the service's user by an ACL, the file is root's, and its
// group bits show the ACL's mask, not what the group may do.
bool is_granted_by_acl(const struct stat& file) {
    return file.st_uid == 0 && file.st_gid == 0 && (file.st_mode & 077) == 040;
}

Result<void> check_guarded(const std::string& path, const struct stat& file, bool is_credential) {
    if (!S_ISREG(file.st_mode)) return unusable(path, "is not a regular file.");
    if (file.st_uid != ::geteuid() && file.st_uid != 0) {
        return unusable(path, "belongs to somebody else: chown it to the service's user.");
    }
    if ((file.st_mode & 077) != 0 && !(is_credential && is_granted_by_acl(file))) {
        return unusable(path, "can be read by others: chmod 0400 it, and think of it as known.");
    }
    return {};
}

Result<Key> read_key_file(const std::string& path, bool is_credential, KeyArena& arena) {
    // Without O_NONBLOCK a FIFO in its place would hold up the start for ever.
    const FileDescriptor file(
        ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file) return unusable(path, "cannot be read: " + words_of(errno) + ".");
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return unusable(path, words_of(errno) + ".");
    if (auto guarded = check_guarded(path, status, is_credential); !guarded) {
        return guarded.error();
    }
    std::array<char, max_file_bytes> text;
    const ssize_t size = ::read(file.get(), text.data(), text.size());
    std::optional<Key> key;
    if (size > 0 && size == status.st_size)
        key = root_key_of({text.data(), static_cast<std::size_t>(size)}, arena);
    wipe(text.data(), text.size());
    if (!key) {
        return unusable(path, "is malformed, perhaps cut short: put the copy back that was kept.");
    }
    return std::move(*key);
}

Problem cannot_make(const std::filesystem::path& file, int error) {
    const std::string words =
        error == EEXIST ? "there is one, which is never overwritten" : words_of(error);
    return problem(ProblemKind::configuration,
                   "The root key " + file.string() + " cannot be made: " + words + ".");
}

bool write_all(int file, std::string_view text) {
    return ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

Secret root_key_text_of(const Key& key) {
    Checked checked;
    std::copy_n(key.bytes(), Key::size, checked.data());
    compute_check(checked.data() + Key::size, key.bytes());
    std::array<char, base64_characters + 1> base64;
    ::sodium_bin2base64(base64.data(), base64.size(), checked.data(), checked.size(),
                        sodium_base64_VARIANT_ORIGINAL);
    std::array<char, text_characters + 1> text;
    char* to = std::copy(label.begin(), label.end(), text.data());
    *to++ = ' ';
    to = std::copy_n(base64.data(), base64_characters, to);
    *to = '\n';
    Secret secret = Secret::copy_of({text.data(), text.size()});
    wipe(checked.data(), checked.size());
    wipe(base64.data(), base64.size());
    wipe(text.data(), text.size());
    return secret;
}

std::optional<Key> root_key_of(std::string_view text, KeyArena& arena) {
    text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
    if (!text.starts_with(label)) return std::nullopt;
    text.remove_prefix(label.size());
    Checked checked{};
    std::size_t size = 0;
    const char* end = nullptr;
    const int decoded =
        ::sodium_base642bin(checked.data(), checked.size(), text.data(), text.size(), white_space,
                            &size, &end, sodium_base64_VARIANT_ORIGINAL);
    std::array<unsigned char, check_bytes> check;
    compute_check(check.data(), checked.data());
    std::optional<Key> key;
    if (decoded == 0 && size == checked.size() && end == text.data() + text.size() &&
        ::sodium_memcmp(check.data(), checked.data() + Key::size, check.size()) == 0) {
        key.emplace(arena);
        std::copy_n(checked.data(), Key::size, key->bytes());
    }
    wipe(checked.data(), checked.size());
    return key;
}

Result<Key> read_root_key(const std::string& source, KeyArena& arena) {
    constexpr std::string_view file_scheme = "file:";
    constexpr std::string_view credential_scheme = "credential:";
    if (source.starts_with(file_scheme)) {
        return read_key_file(source.substr(file_scheme.size()), false, arena);
    }
    if (source.starts_with(credential_scheme)) {
        auto path = credential_path(std::string_view(source).substr(credential_scheme.size()));
        if (!path) return path.error();
        return read_key_file(*path, true, arena);
    }
    return problem(ProblemKind::root_key,
                   "The root key is named by \"file:/path\" or \"credential:NAME\".");
}

Result<void> make_root_key(const std::filesystem::path& file) {
    auto arena = KeyArena::make();
    if (!arena) return arena.error();
    const Secret text = root_key_text_of(Key::random(**arena));
    const FileDescriptor made(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400));
    if (!made) return cannot_make(file, errno);
    // fchmod, since the umask may have taken the owner's right away.
    if (::fchmod(made.get(), 0400) != 0 || !write_all(made.get(), text.reveal()) ||
        ::fsync(made.get()) != 0 || !sync_directory_of(file)) {
        const int error = errno;
        ::unlink(file.c_str());
        return cannot_make(file, error);
    }
    return {};
}

}  // namespace gatepost::vault
