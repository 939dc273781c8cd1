// The vault: what Gatepost must remember, in one SQLite file, secrets sealed. Reads of secrets and
// all writes happen on the vault's own threads; an answer comes through the callback, on the
// vault's thread, and a write that was answered is on the disk. Knows no network and no event loop.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "core/settings.h"
#include "vault/check_report.h"

namespace gatepost::vault {

/// What is stored of an account in the clear.
struct AccountRecord {
    std::string id;
    std::string application = "default";
    std::string email;
    std::string provider;  ///< discovery's provider id, or the host's domain
    Settings settings;
    AuthMethod auth = AuthMethod::password;

    /// Only what a restart must know; the rest of an account's state is of the moment.
    enum class Standing { active, paused, refused };
    Standing standing = Standing::active;
    std::optional<Problem> problem;  ///< why it is refused
    std::int64_t created_at_ms = 0;  ///< Unix time, milliseconds
    std::int64_t state_since_ms = 0;

    std::string status_callback_url;
    std::map<std::string, std::string> labels;

    /// Raised by the vault with every write. A write names the version that it was made from.
    std::uint64_t version = 0;
};

/// Text that is kept in the clear, but that nobody else can have written.
struct Document {
    std::string name;               ///< 64 bytes at most
    std::string text;               ///< 4 MiB at most
    std::int64_t stored_at_ms = 0;  ///< Unix time, milliseconds
};

enum class PutMode {
    create,   ///< fails with already_exists when the id or the (application, email) is taken
    replace,  ///< fails with conflict unless the stored version is the record's
};

struct VaultOptions {
    std::filesystem::path file;  ///< .../vault.db; created when it is not there
    std::string root_key;        ///< "credential:NAME" or "file:/path", see 2-interfaces [vault]
    /// The one that root_key replaces, named the same way; empty: none. A vault that opens with it
    /// only is brought under the new one as it is opened.
    std::string previous_root_key{};
};

/// The vault as a whole.
struct VaultState {
    std::int64_t schema = 0;
    std::uint64_t accounts = 0;
    std::int64_t wrapping_key = 0;          ///< the number of the one that new data keys are under
    std::uint64_t older_wrapping_keys = 0;  ///< that a rotation has still to destroy
    std::uint64_t keys_under_older = 0;     ///< data keys that a rotation has still to reach
};

/// How far long work is, in whatever pieces it has.
struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};
/// Called on the vault's threads.
using ReportProgress = std::function<void(Progress)>;

template <class T>
using Answer = std::function<void(Result<T>)>;

class Vault {
  public:
    /// Opens or creates, checks key, lock, schema and integrity. Blocks. Fails with root_key,
    /// vault_damaged, configuration (the directory cannot be used; another daemon has the vault; a
    /// newer schema), each saying what to do.
    static Result<std::unique_ptr<Vault>> open(const VaultOptions& options);
    /// Finishes what was asked, then closes. Not on one of the vault's own threads.
    ~Vault();
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;

    struct Loaded {
        std::vector<AccountRecord> accounts;
        std::vector<std::string>
            damaged;  ///< ids of rows that do not read; they are left as they are
    };
    /// All accounts, for the start. Blocks; not on one of the vault's own threads.
    Result<Loaded> load_accounts();

    /// Stores the record and, where one is given, its credential; answers the record with its new
    /// version. `replace` without a credential keeps the sealed one. Fails as PutMode says (with
    /// fact `account`, where another account is in the way), with vault_full, vault_damaged (also
    /// for a broken disk, fact `reason`: io), overloaded (another program keeps the file locked),
    /// bad_request (text that is not UTF-8) or too_large; then nothing was stored.
    void put_account(AccountRecord record, PutMode mode, std::optional<Secret> credential,
                     Answer<AccountRecord> answer);
    /// Destroys the data key and the row. Fails with unknown_account, vault_full or vault_damaged.
    void remove_account(std::string id, Answer<void> answer);
    /// The account's credential, if it still is of this version (conflict otherwise). Fails with
    /// vault_damaged, or with not_found when the account has none.
    void open_credential(std::string id, std::uint64_t version, Answer<Secret> answer);

    /// The document of that name, for the start. Blocks; not on one of the vault's own threads.
    /// Fails with vault_damaged when it is not as it was stored.
    Result<std::optional<Document>> load_document(const std::string& name);
    /// Stores it in place of the one of that name. Fails as put_account().
    void put_document(Document document, Answer<void> answer);
    /// Fails with not_found, vault_full or vault_damaged.
    void remove_document(std::string name, Answer<void> answer);

    /// Makes a new wrapping key, brings all data keys under it, and destroys the older ones, while
    /// everything else goes on. Reports data keys. What was interrupted is done by the next one, or
    /// by finish_rotation(). Fails with root_key (read again for this), cancelled (the vault is
    /// being closed), vault_full or vault_damaged (also when some data keys do not open: the others
    /// are done, and the key above them stays).
    void rotate(ReportProgress report, Answer<void> answer);
    /// The same without a new wrapping key.
    void finish_rotation(ReportProgress report, Answer<void> answer);
    /// True when one was interrupted, or has left damaged data keys behind.
    [[nodiscard]] bool has_unfinished_rotation() const;

    /// Writes a copy of the vault as of this moment to a new file, 0600, while everything else goes
    /// on; answers its size in bytes. It opens as a vault with the same root key. It is whole and
    /// on the disk, or there is none. Fails with bad_request (not an absolute path, or nothing can
    /// be made there; fact `field`), already_exists, vault_full (the file's disk), vault_damaged or
    /// cancelled (the vault is being closed).
    void back_up(std::filesystem::path file, ReportProgress report, Answer<std::uint64_t> answer);
    /// Looks at everything that is stored, as far as it opens, and repairs nothing. Reports
    /// accounts. Fails with cancelled, or with vault_damaged when the disk fails.
    void check(ReportProgress report, Answer<CheckReport> answer);

    /// Fails with vault_damaged.
    void read_state(Answer<VaultState> answer);

    /// True unless the last write failed for want of space or a broken disk, or the file is
    /// damaged.
    [[nodiscard]] bool writable() const;
    /// What the check at the start found to be wrong with the file. Writes are then refused with
    /// it; what can be read is served.
    [[nodiscard]] const std::optional<Problem>& damage() const;
    /// True when the opening has brought the vault from the previous root key under root_key.
    [[nodiscard]] bool root_key_changed() const;

  private:
    class Impl;
    explicit Vault(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

/// The same check of a file that no daemon serves, such as a backup. Blocks. Fails with
/// configuration or root_key where it is no vault, or not one of this key and version.
Result<CheckReport> check_vault_file(const VaultOptions& options);

/// Makes a new root key file, 0400. Never overwrites. Fails with `configuration`.
Result<void> make_root_key(const std::filesystem::path& file);

}  // namespace gatepost::vault
