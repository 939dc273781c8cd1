// What a check of a vault finds. Part of vault.h's interface.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/problem.h"

namespace gatepost::vault {

/// What is wrong with one record.
enum class Damage {
    row,         ///< it is not as it was written, and is not served
    key,         ///< its data key does not open, and with it neither does its credential
    credential,  ///< its credential does not open
};
/// "row", "key", "credential".
std::string_view name_of(Damage damage);

struct DamagedRecord {
    std::string
        name;  ///< the account's id or the document's name; "(unreadable)" where that is not
    Damage damage = Damage::row;
};

struct CheckReport {
    std::uint64_t accounts = 0;   ///< that were looked at
    std::uint64_t documents = 0;  ///< the same
    /// What SQLite finds wrong with the file, in its words; the first hundred.
    std::vector<std::string> file;
    /// Why the vault would not open again: the root key is gone, or the keys under it are damaged.
    std::optional<Problem> keys;
    std::vector<DamagedRecord> damaged_accounts;
    std::vector<DamagedRecord> damaged_documents;

    [[nodiscard]] bool is_whole() const {
        return file.empty() && !keys && damaged_accounts.empty() && damaged_documents.empty();
    }
};

}  // namespace gatepost::vault
