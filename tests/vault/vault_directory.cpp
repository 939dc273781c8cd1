#include "vault_directory.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <future>
#include <iterator>

namespace gatepost::vault {
namespace {

template <class T>
class Waiting {
  public:
    Answer<T> answer() {
        return [this](Result<T> result) { promise_.set_value(std::move(result)); };
    }
    Result<T> wait() { return promise_.get_future().get(); }

  private:
    std::promise<Result<T>> promise_;
};

}  // namespace

VaultDirectory::VaultDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "gatepost-vault-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
    if (!make_root_key(key_file())) throw std::runtime_error("make_root_key");
}

VaultDirectory::~VaultDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

VaultOptions VaultDirectory::options() const {
    return {file(), "file:" + key_file().string()};
}

void VaultDirectory::restore(const std::filesystem::path& backup) const {
    for (const char* suffix : {"-wal", "-shm"})
        std::filesystem::remove(file().string() + suffix);
    std::filesystem::copy_file(backup, file(), std::filesystem::copy_options::overwrite_existing);
}

std::unique_ptr<Vault> VaultDirectory::open() const {
    auto vault = Vault::open(options());
    if (vault) return std::move(*vault);
    ADD_FAILURE() << vault.error().detail;
    throw std::runtime_error(vault.error().detail);
}

void VaultDirectory::alter(const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(::sqlite3_open(file().c_str(), &database), SQLITE_OK);
    char* words = nullptr;
    EXPECT_EQ(::sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &words), SQLITE_OK)
        << (words == nullptr ? "" : words);
    ::sqlite3_free(words);
    ::sqlite3_close(database);
}

std::string VaultDirectory::read(const std::string& sql) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(::sqlite3_open(file().c_str(), &database), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    ::sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr);
    EXPECT_EQ(::sqlite3_step(statement), SQLITE_ROW) << sql;
    const auto* const bytes = static_cast<const char*>(::sqlite3_column_blob(statement, 0));
    std::string value(bytes, static_cast<std::size_t>(::sqlite3_column_bytes(statement, 0)));
    ::sqlite3_finalize(statement);
    ::sqlite3_close(database);
    return value;
}

std::string VaultDirectory::all_bytes() const {
    std::string bytes;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        bytes += bytes_in(file().string() + suffix);
    }
    return bytes;
}

AccountRecord account(const std::string& id) {
    AccountRecord record;
    record.id = id;
    record.email = id + "@example.com";
    record.provider = "example.com";
    record.settings = {"imap.example.com",
                       143,
                       Security::starttls,
                       id + "@example.com",
                       {AuthMethod::xoauth2, AuthMethod::password}};
    record.auth = AuthMethod::xoauth2;
    record.standing = AccountRecord::Standing::refused;
    record.problem = problem(ProblemKind::sign_in_refused, "Said “no”.").with("reason", "\"x\"");
    record.created_at_ms = 1'700'000'000'123;
    record.state_since_ms = 1'700'000'000'456;
    record.status_callback_url = "https://backend.example/called";
    record.labels = {{"tenant", "42"}, {"naïve", "ключ"}};
    return record;
}

std::string password_of(const std::string& id) {
    return "marked-password-of-" + id;
}

Result<AccountRecord> put(Vault& vault, AccountRecord record, PutMode mode,
                          std::optional<std::string> password) {
    Waiting<AccountRecord> waiting;
    std::optional<Secret> credential;
    if (password) credential = Secret::copy_of(*password);
    vault.put_account(std::move(record), mode, std::move(credential), waiting.answer());
    return waiting.wait();
}

Result<AccountRecord> create(Vault& vault, const std::string& id) {
    return put(vault, account(id), PutMode::create, password_of(id));
}

Result<void> remove(Vault& vault, const std::string& id) {
    Waiting<void> waiting;
    vault.remove_account(id, waiting.answer());
    return waiting.wait();
}

Result<void> put_document(Vault& vault, Document document) {
    Waiting<void> waiting;
    vault.put_document(std::move(document), waiting.answer());
    return waiting.wait();
}

Result<void> remove_document(Vault& vault, const std::string& name) {
    Waiting<void> waiting;
    vault.remove_document(name, waiting.answer());
    return waiting.wait();
}

Result<void> rotate(Vault& vault, ReportProgress report) {
    Waiting<void> waiting;
    vault.rotate(std::move(report), waiting.answer());
    return waiting.wait();
}

Result<void> finish_rotation(Vault& vault) {
    Waiting<void> waiting;
    vault.finish_rotation([](Progress) {}, waiting.answer());
    return waiting.wait();
}

Result<std::uint64_t> back_up(Vault& vault, const std::filesystem::path& file) {
    Waiting<std::uint64_t> waiting;
    vault.back_up(
        file, [](Progress) {}, waiting.answer());
    return waiting.wait();
}

Result<CheckReport> check(Vault& vault, ReportProgress report) {
    Waiting<CheckReport> waiting;
    vault.check(std::move(report), waiting.answer());
    return waiting.wait();
}

Result<VaultState> state_of(Vault& vault) {
    Waiting<VaultState> waiting;
    vault.read_state(waiting.answer());
    return waiting.wait();
}

Result<std::string> open_password(Vault& vault, const std::string& id, std::uint64_t version) {
    Waiting<Secret> waiting;
    vault.open_credential(id, version, waiting.answer());
    const auto secret = waiting.wait();
    if (!secret) return secret.error();
    return std::string(secret->reveal());
}

std::string bytes_in(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace gatepost::vault
