#include "vault/writes.h"

#include <utility>

namespace gatepost::vault {
namespace {

class PutAccount : public Write {
  public:
    PutAccount(AccountRecord record, PutMode mode, std::optional<Secret> credential,
               Answer<AccountRecord> answer)
        : record_(std::move(record)),
          mode_(mode),
          credential_(std::move(credential)),
          answer_(std::move(answer)) {}

    Result<void> apply(Tables& tables) override {
        auto stored = tables.accounts.put(std::move(record_), mode_, credential_);
        if (!stored) return stored.error();
        record_ = std::move(*stored);
        return {};
    }

    [[nodiscard]] bool destroys_keys() const override {
        return mode_ == PutMode::replace && credential_.has_value();
    }

    void answer(const Result<void>& stored) override {
        if (stored) {
            answer_(std::move(record_));
        } else {
            answer_(stored.error());
        }
    }

  private:
    AccountRecord record_;  ///< once applied, as it is stored
    PutMode mode_;
    std::optional<Secret> credential_;
    Answer<AccountRecord> answer_;
};

class RemoveAccount : public Write {
  public:
    RemoveAccount(std::string id, Answer<void> answer)
        : id_(std::move(id)), answer_(std::move(answer)) {}

    Result<void> apply(Tables& tables) override { return tables.accounts.remove(id_); }
    [[nodiscard]] bool destroys_keys() const override { return true; }
    void answer(const Result<void>& stored) override { answer_(stored); }

  private:
    std::string id_;
    Answer<void> answer_;
};

class PutDocument : public Write {
  public:
    PutDocument(Document document, Answer<void> answer)
        : document_(std::move(document)), answer_(std::move(answer)) {}

    Result<void> apply(Tables& tables) override { return tables.documents.put(document_); }
    [[nodiscard]] bool destroys_keys() const override { return false; }
    void answer(const Result<void>& stored) override { answer_(stored); }

  private:
    Document document_;
    Answer<void> answer_;
};

class RemoveDocument : public Write {
  public:
    RemoveDocument(std::string name, Answer<void> answer)
        : name_(std::move(name)), answer_(std::move(answer)) {}

    Result<void> apply(Tables& tables) override { return tables.documents.remove(name_); }
    [[nodiscard]] bool destroys_keys() const override { return false; }
    void answer(const Result<void>& stored) override { answer_(stored); }

  private:
    std::string name_;
    Answer<void> answer_;
};

}  // namespace

std::unique_ptr<Write> put_account_write(AccountRecord record, PutMode mode,
                                         std::optional<Secret> credential,
                                         Answer<AccountRecord> answer) {
    return std::make_unique<PutAccount>(std::move(record), mode, std::move(credential),
                                        std::move(answer));
}

std::unique_ptr<Write> remove_account_write(std::string id, Answer<void> answer) {
    return std::make_unique<RemoveAccount>(std::move(id), std::move(answer));
}

std::unique_ptr<Write> put_document_write(Document document, Answer<void> answer) {
    return std::make_unique<PutDocument>(std::move(document), std::move(answer));
}

std::unique_ptr<Write> remove_document_write(std::string name, Answer<void> answer) {
    return std::make_unique<RemoveDocument>(std::move(name), std::move(answer));
}

}  // namespace gatepost::vault
