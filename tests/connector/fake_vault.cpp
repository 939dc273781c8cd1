#include "fake_vault.h"

namespace gatepost::vault {
namespace {

FakeVaultFile* file = nullptr;

}  // namespace

FakeVaultFile::FakeVaultFile() {
    file = this;
}

FakeVaultFile::~FakeVaultFile() {
    file = nullptr;
}

void FakeVaultFile::put(AccountRecord record, PutMode mode, std::optional<Secret> credential,
                        Answer<AccountRecord> answer) {
    held_.push_back({std::move(record), mode, std::move(credential), std::move(answer)});
    if (!hold_puts) answer_held();
}

void FakeVaultFile::answer_held() {
    while (!held_.empty()) {
        held_.front().answer(stored(held_.front()));
        held_.pop_front();
    }
}

Result<AccountRecord> FakeVaultFile::stored(Put& put) {
    if (write_problem) return *write_problem;
    const auto found = rows.find(put.record.id);
    const bool is_there = found != rows.end();
    if (put.mode == PutMode::create && is_there) {
        return problem(ProblemKind::already_exists, "The id is taken.");
    }
    if (put.mode == PutMode::replace &&
        (!is_there || found->second.record.version != put.record.version)) {
        return problem(ProblemKind::conflict, "The account was changed meanwhile.");
    }
    Row& row = rows[put.record.id];
    put.record.version = row.record.version + 1;
    row.record = put.record;
    if (put.credential) row.credential = put.credential->reveal();
    return row.record;
}

class Vault::Impl {};

Vault::Vault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Vault::~Vault() = default;

Result<std::unique_ptr<Vault>> Vault::open(const VaultOptions&) {
    return std::unique_ptr<Vault>(new Vault(std::make_unique<Impl>()));
}

Result<Vault::Loaded> Vault::load_accounts() {
    Loaded loaded;
    for (const auto& [id, row] : file->rows)
        loaded.accounts.push_back(row.record);
    return loaded;
}

void Vault::put_account(AccountRecord record, PutMode mode, std::optional<Secret> credential,
                        Answer<AccountRecord> answer) {
    file->put(std::move(record), mode, std::move(credential), std::move(answer));
}

void Vault::remove_account(std::string id, Answer<void> answer) {
    if (file->write_problem) return answer(*file->write_problem);
    if (file->rows.erase(id) == 0) {
        return answer(problem(ProblemKind::unknown_account, "There is no such account."));
    }
    answer(Result<void>());
}

void Vault::open_credential(std::string id, std::uint64_t version, Answer<Secret> answer) {
    const auto found = file->rows.find(id);
    if (found == file->rows.end() || found->second.record.version != version) {
        return answer(problem(ProblemKind::conflict, "The account was changed meanwhile."));
    }
    answer(Secret::copy_of(found->second.credential));
}

Result<std::optional<Document>> Vault::load_document(const std::string& name) {
    const auto found = file->documents.find(name);
    if (found == file->documents.end()) return std::optional<Document>();
    return std::optional(found->second);
}

void Vault::put_document(Document document, Answer<void> answer) {
    if (file->write_problem) return answer(*file->write_problem);
    const std::string name = document.name;
    file->documents.insert_or_assign(name, std::move(document));
    answer(Result<void>());
}

void Vault::remove_document(std::string name, Answer<void> answer) {
    if (file->write_problem) return answer(*file->write_problem);
    if (file->documents.erase(name) == 0) {
        return answer(problem(ProblemKind::not_found, "There is no such document."));
    }
    answer(Result<void>());
}

void Vault::rotate(ReportProgress report, Answer<void> answer) {
    file->rotation = {true, std::move(report), std::move(answer)};
}

void Vault::finish_rotation(ReportProgress report, Answer<void> answer) {
    file->rotation = {false, std::move(report), std::move(answer)};
}

void Vault::back_up(std::filesystem::path path, ReportProgress, Answer<std::uint64_t> answer) {
    file->backup = {std::move(path), std::move(answer)};
}

void Vault::check(ReportProgress report, Answer<CheckReport> answer) {
    file->check = {std::move(report), std::move(answer)};
}

void Vault::read_state(Answer<VaultState> answer) {
    answer(VaultState{.schema = 1, .accounts = file->rows.size(), .wrapping_key = 1});
}

bool Vault::writable() const {
    return !file->write_problem;
}

}  // namespace gatepost::vault
