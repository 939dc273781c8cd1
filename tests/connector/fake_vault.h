// A vault in memory, in the place of vault::Vault when a test is linked: keeps the real one's
// promises about versions, answers at once, and can be told to fail.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "vault/vault.h"

namespace gatepost::vault {

/// What a vault's file would hold. Outlives the vaults that are opened while it is there.
struct FakeVaultFile {
    FakeVaultFile();
    ~FakeVaultFile();

    struct Row {
        AccountRecord record;
        std::string credential;
    };
    std::map<std::string, Row> rows;
    std::map<std::string, Document> documents;
    std::optional<Problem> write_problem;  ///< while it is there every write fails with it

    /// The last rotation that was asked for, which goes on and ends as the test says.
    struct Rotation {
        bool with_new_key = false;
        ReportProgress report;
        Answer<void> answer;
    };
    std::optional<Rotation> rotation;
    /// The last backup and the last check that were asked for.
    struct Backup {
        std::filesystem::path file;
        Answer<std::uint64_t> answer;
    };
    std::optional<Backup> backup;
    struct Check {
        ReportProgress report;
        Answer<CheckReport> answer;
    };
    std::optional<Check> check;

    /// While it is set, what is asked for waits for answer_held().
    bool hold_puts = false;
    void answer_held();

    void put(AccountRecord record, PutMode mode, std::optional<Secret> credential,
             Answer<AccountRecord> answer);

  private:
    struct Put {
        AccountRecord record;
        PutMode mode;
        std::optional<Secret> credential;
        Answer<AccountRecord> answer;
    };

    Result<AccountRecord> stored(Put& put);

    std::deque<Put> held_;
};

}  // namespace gatepost::vault
