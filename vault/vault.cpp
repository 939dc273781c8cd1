#include "vault/vault.h"

#include <atomic>
#include <future>
#include <utility>

#include "vault/account_check.h"
#include "vault/backup.h"
#include "vault/check.h"
#include "vault/opening.h"
#include "vault/reader.h"
#include "vault/root_key.h"
#include "vault/rotation.h"
#include "vault/tables.h"
#include "vault/vault_state.h"
#include "vault/writer.h"
#include "vault/writes.h"

namespace gatepost::vault {

// Members go in the reverse order: the threads finish what was asked (the one for long work first,
// since it asks the others), the last connection to close moves the log into the database, then the
// keys are wiped, and the lock is let go.
class Vault::Impl {
  public:
    static Result<std::unique_ptr<Impl>> open(const VaultOptions& options);
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl();

    Writer& writer() { return *writer_; }
    /// For what needs no work; answers come on the vault's threads only.
    template <class T>
    void fail(Answer<T> answer, Problem problem) {
        reader_->read([answer = std::move(answer), problem = std::move(problem)](Tables&) {
            answer(problem);
        });
    }
    Reader& reader() { return *reader_; }
    // On the thread for long work. All but the check are for a vault that is not damaged.
    void rotate(bool with_new_key, ReportProgress report, Answer<void> answer);
    void back_up(std::filesystem::path file, ReportProgress report, Answer<std::uint64_t> answer);
    void check(ReportProgress report, Answer<CheckReport> answer);
    [[nodiscard]] const KeyRing& keys() const { return *keys_; }
    [[nodiscard]] bool root_key_changed() const { return root_key_changed_; }
    [[nodiscard]] bool writable() const { return writer_ && writer_->writable(); }
    [[nodiscard]] const std::optional<Problem>& damage() const { return damage_; }

  private:
    Impl(OpenedVault&& opened, std::string root_key_source)
        : file_(std::move(opened.file)),
          arena_(std::move(opened.arena)),
          keys_(std::move(opened.keys)),
          damage_(std::move(opened.damage)),
          root_key_source_(std::move(root_key_source)),
          root_key_changed_(opened.root_key_changed) {}

    Result<void> start(Connection connection);
    Result<void> rotate(bool with_new_key, Tables& tables, ReportProgress report);
    /// Read anew for each use, so that it is not in memory meanwhile.
    Result<Key> root_key(Connection& connection);

    VaultFile file_;
    std::unique_ptr<KeyArena> arena_;
    std::unique_ptr<KeyRing> keys_;
    std::optional<Problem> damage_;
    const std::string root_key_source_;
    const bool root_key_changed_;
    std::atomic<bool> stopping_ = false;
    std::optional<Writer> writer_;  ///< none when the file is damaged
    std::optional<Reader> reader_;
    std::optional<Reader> long_work_;
};

Result<std::unique_ptr<Vault::Impl>> Vault::Impl::open(const VaultOptions& options) {
    auto opened = open_vault(options);
    if (!opened) return opened.error();
    Connection connection = std::move(opened->connection);
    std::unique_ptr<Impl> impl(new Impl(std::move(*opened), options.root_key));
    if (auto started = impl->start(std::move(connection)); !started) return started.error();
    return impl;
}

Result<void> Vault::Impl::start(Connection connection) {
    if (damage_) {
        // Neither of the two changes the file when it closes.
        auto another = Connection::open(file_.path.string());
        if (!another) return another.error();
        reader_.emplace(std::make_unique<Tables>(std::move(connection), *keys_));
        long_work_.emplace(std::make_unique<Tables>(std::move(*another), *keys_));
        return {};
    }
    auto reading = Tables::open(file_.path.string(), *keys_);
    if (!reading) return reading.error();
    auto working = Tables::open(file_.path.string(), *keys_);
    if (!working) return working.error();
    connection.checkpoint_on_close(true);
    auto writing = std::make_unique<Tables>(std::move(connection), *keys_);
    writer_.emplace(file_.path.string(), *keys_, std::move(writing));
    reader_.emplace(std::move(*reading));
    long_work_.emplace(std::move(*working));
    return {};
}

Vault::Impl::~Impl() {
    stopping_ = true;
    if (long_work_) long_work_->interrupt();
}

void Vault::Impl::rotate(bool with_new_key, ReportProgress report, Answer<void> answer) {
    long_work_->read([this, with_new_key, report = std::move(report), answer = std::move(answer)](
                         Tables& tables) { answer(rotate(with_new_key, tables, report)); });
}

Result<void> Vault::Impl::rotate(bool with_new_key, Tables& tables, ReportProgress report) {
    Rotation rotation({*keys_, *writer_, *reader_, stopping_}, tables, std::move(report));
    if (with_new_key) {
        const auto root = root_key(tables.connection);
        if (!root) return root.error();
        if (auto done = rotation.begin(*root); !done) return done;
    }
    return rotation.finish();
}

void Vault::Impl::back_up(std::filesystem::path file, ReportProgress report,
                          Answer<std::uint64_t> answer) {
    long_work_->read([this, file = std::move(file), report = std::move(report),
                      answer = std::move(answer)](Tables& tables) {
        answer(write_backup(tables.connection, file, stopping_, report));
    });
}

void Vault::Impl::check(ReportProgress report, Answer<CheckReport> answer) {
    long_work_->read(
        [this, report = std::move(report), answer = std::move(answer)](Tables& tables) {
            const auto root = root_key(tables.connection);
            answer(check_vault(tables, root, *keys_, stopping_, report));
        });
}

Result<Key> Vault::Impl::root_key(Connection& connection) {
    auto root = read_root_key(root_key_source_, *arena_);
    if (!root) return root.error();
    if (auto right = KeyRing::check_root(connection, *root); !right) return right.error();
    return root;
}

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Vault::~Vault() = default;

Result<std::unique_ptr<Vault>> Vault::open(const VaultOptions& options) {
    auto impl = Impl::open(options);
    if (!impl) return impl.error();
    return std::unique_ptr<Vault>(new Vault(std::move(*impl)));
}

Result<Vault::Loaded> Vault::load_accounts() {
    std::promise<Result<Loaded>> loaded;
    impl_->reader().read([&loaded](Tables& tables) { loaded.set_value(tables.accounts.load()); });
    return loaded.get_future().get();
}

void Vault::put_account(AccountRecord record, PutMode mode, std::optional<Secret> credential,
                        Answer<AccountRecord> answer) {
    if (damage()) return impl_->fail(std::move(answer), *damage());
    if (auto storable = check_storable(record, credential); !storable) {
        return impl_->fail(std::move(answer), storable.error());
    }
    impl_->writer().write(
        put_account_write(std::move(record), mode, std::move(credential), std::move(answer)));
}

void Vault::remove_account(std::string id, Answer<void> answer) {
    if (damage()) return impl_->fail(std::move(answer), *damage());
    impl_->writer().write(remove_account_write(std::move(id), std::move(answer)));
}

void Vault::open_credential(std::string id, std::uint64_t version, Answer<Secret> answer) {
    impl_->reader().read([id = std::move(id), version, answer = std::move(answer)](Tables& tables) {
        answer(tables.accounts.open_credential(id, version));
    });
}

Result<std::optional<Document>> Vault::load_document(const std::string& name) {
    std::promise<Result<std::optional<Document>>> loaded;
    impl_->reader().read(
        [&loaded, &name](Tables& tables) { loaded.set_value(tables.documents.load(name)); });
    return loaded.get_future().get();
}

void Vault::put_document(Document document, Answer<void> answer) {
    if (damage()) return impl_->fail(std::move(answer), *damage());
    if (auto storable = check_storable(document); !storable) {
        return impl_->fail(std::move(answer), storable.error());
    }
    impl_->writer().write(put_document_write(std::move(document), std::move(answer)));
}

void Vault::remove_document(std::string name, Answer<void> answer) {
    if (damage()) return impl_->fail(std::move(answer), *damage());
    impl_->writer().write(remove_document_write(std::move(name), std::move(answer)));
}

void Vault::rotate(ReportProgress report, Answer<void> answer) {
    if (damage()) return impl_->fail(std::move(answer), *damage());
    impl_->rotate(true, std::move(report), std::move(answer));
}

void Vault::finish_rotation(ReportProgress report, Answer<void> answer) {
    if (damage()) return impl_->fail(std::move(answer), *damage());
    impl_->rotate(false, std::move(report), std::move(answer));
}

void Vault::back_up(std::filesystem::path file, ReportProgress report,
                    Answer<std::uint64_t> answer) {
    if (damage()) return impl_->fail(std::move(answer), *damage());
    impl_->back_up(std::move(file), std::move(report), std::move(answer));
}

void Vault::check(ReportProgress report, Answer<CheckReport> answer) {
    impl_->check(std::move(report), std::move(answer));
}

bool Vault::has_unfinished_rotation() const {
    return impl_->keys().has_older();
}

bool Vault::root_key_changed() const {
    return impl_->root_key_changed();
}

void Vault::read_state(Answer<VaultState> answer) {
    impl_->reader().read([answer = std::move(answer)](Tables& tables) {
        answer(read_vault_state(tables.connection));
    });
}

bool Vault::writable() const {
    return impl_->writable();
}

const std::optional<Problem>& Vault::damage() const {
    return impl_->damage();
}

}  // namespace gatepost::vault
