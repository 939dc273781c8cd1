#include "vault/vault.h"

#include <future>
#include <utility>

#include "vault/account_check.h"
#include "vault/opening.h"
#include "vault/reader.h"
#include "vault/tables.h"
#include "vault/vault_state.h"
#include "vault/writer.h"
#include "vault/writes.h"

namespace gatepost::vault {

// Members go in the reverse order: the threads finish what was asked (the writer's answers may ask
// for more work in the background, which is therefore the last to stop), the last connection to
// close moves the log into the database, then the keys are wiped, and the lock is let go.
class Vault::Impl {
  public:
    static Result<std::unique_ptr<Impl>> open(const VaultOptions& options);

    Writer& writer() { return *writer_; }
    /// For what needs no work; answers come on the vault's threads only.
    template <class T>
    void fail(Answer<T> answer, Problem problem) {
        reader_->read([answer = std::move(answer), problem = std::move(problem)](Tables&) {
            answer(problem);
        });
    }
    Reader& reader() { return *reader_; }
    /// For what takes long, so that nobody who signs in waits for it.
    Reader& background() { return background_ ? *background_ : *reader_; }
    [[nodiscard]] bool writable() const { return writer_ && writer_->writable(); }
    [[nodiscard]] const std::optional<Problem>& damage() const { return damage_; }

  private:
    explicit Impl(OpenedVault&& opened)
        : file_(std::move(opened.file)),
          arena_(std::move(opened.arena)),
          keys_(std::move(opened.keys)),
          damage_(std::move(opened.damage)) {}

    Result<void> start(Connection connection);

    VaultFile file_;
    std::unique_ptr<KeyArena> arena_;
    KeyRing keys_;
    std::optional<Problem> damage_;
    std::optional<Reader> background_;  ///< none when the file is damaged
    std::optional<Writer> writer_;      ///< none when the file is damaged
    std::optional<Reader> reader_;
};

Result<std::unique_ptr<Vault::Impl>> Vault::Impl::open(const VaultOptions& options) {
    auto opened = open_vault(options);
    if (!opened) return opened.error();
    Connection connection = std::move(opened->connection);
    std::unique_ptr<Impl> impl(new Impl(std::move(*opened)));
    if (auto started = impl->start(std::move(connection)); !started) return started.error();
    return impl;
}

Result<void> Vault::Impl::start(Connection connection) {
    if (damage_) {
        reader_.emplace(std::make_unique<Tables>(std::move(connection), keys_));
        return {};
    }
    auto reading = Tables::open(file_.path.string(), keys_);
    if (!reading) return reading.error();
    auto looking = Tables::open(file_.path.string(), keys_);
    if (!looking) return looking.error();
    connection.checkpoint_on_close(true);
    auto writing = std::make_unique<Tables>(std::move(connection), keys_);
    background_.emplace(std::move(*looking));
    writer_.emplace(file_.path.string(), keys_, std::move(writing));
    reader_.emplace(std::move(*reading));
    return {};
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

void Vault::read_state(Answer<VaultState> answer) {
    impl_->background().read([answer = std::move(answer)](Tables& tables) {
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
