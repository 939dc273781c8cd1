#include "vault/account_writes.h"

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

}  // namespace gatepost::vault
