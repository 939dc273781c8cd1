// What tests of the vault share: a directory with a root key and room for a vault, and a vault
// asked one thing at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "vault/vault.h"

namespace gatepost::vault {

/// A temporary directory with a root key in it, gone with everything when it goes.
class VaultDirectory {
  public:
    VaultDirectory();
    VaultDirectory(const VaultDirectory&) = delete;
    VaultDirectory& operator=(const VaultDirectory&) = delete;
    ~VaultDirectory();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path file() const { return path_ / "state" / "vault.db"; }
    [[nodiscard]] std::filesystem::path key_file() const { return path_ / "root.key"; }
    [[nodiscard]] VaultOptions options() const;
    /// Puts a backup in the place of the vault, which is closed.
    void restore(const std::filesystem::path& backup) const;
    /// Fails the test when it does not open.
    [[nodiscard]] std::unique_ptr<Vault> open() const;

    /// Runs SQL on the closed vault's file, as somebody else who can write to it would.
    void alter(const std::string& sql) const;
    /// The first column of the first row, its bytes as they are; the vault may be open.
    [[nodiscard]] std::string read(const std::string& sql) const;
    /// What the file, its log and its index hold, one after the other.
    [[nodiscard]] std::string all_bytes() const;

  private:
    std::filesystem::path path_;
};

/// An account with something in every field.
AccountRecord account(const std::string& id);
/// The password that tests give to the account.
std::string password_of(const std::string& id);

// The vault's operations, waited for.
Result<AccountRecord> put(Vault& vault, AccountRecord record, PutMode mode,
                          std::optional<std::string> password = std::nullopt);
Result<AccountRecord> create(Vault& vault, const std::string& id);
Result<void> remove(Vault& vault, const std::string& id);
Result<void> put_document(Vault& vault, Document document);
Result<void> remove_document(Vault& vault, const std::string& name);
Result<void> rotate(
    Vault& vault, ReportProgress report = [](Progress) {});
Result<void> finish_rotation(Vault& vault);
Result<VaultState> state_of(Vault& vault);
Result<std::uint64_t> back_up(Vault& vault, const std::filesystem::path& file);
Result<CheckReport> check(
    Vault& vault, ReportProgress report = [](Progress) {});
/// The password, revealed.
Result<std::string> open_password(Vault& vault, const std::string& id, std::uint64_t version);

std::string bytes_in(const std::filesystem::path& file);

/// The kind of the problem, or nothing for success.
template <class T>
std::optional<ProblemKind> kind_of(const Result<T>& result) {
    if (result) return std::nullopt;
    return result.error().kind;
}

}  // namespace gatepost::vault
