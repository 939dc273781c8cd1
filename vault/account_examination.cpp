#include "vault/account_examination.h"

#include <limits>
#include <optional>
#include <string>

#include "vault/account_check.h"
#include "vault/account_row.h"
#include "vault/sealing.h"

namespace gatepost::vault {
namespace {

// A few milliseconds of one snapshot.
constexpr std::int64_t piece_rows = 500;

// What comes after the account's own columns.
constexpr int row_number = account_column_count;
constexpr int wrapping_key = account_column_count + 1;
constexpr int wrapped = account_column_count + 2;

std::string select_piece() {
    return std::string("SELECT ") + account_columns +
           ", accounts.rowid, "
           "(SELECT wrapping_key FROM data_keys WHERE data_keys.id = data_key), "
           "(SELECT wrapped FROM data_keys WHERE data_keys.id = data_key) "
           "FROM accounts NOT INDEXED WHERE accounts.rowid > ?1 ORDER BY accounts.rowid LIMIT ?2";
}

/// Of a row that is as it was written.
std::optional<Damage> damage_of(const AccountRow& row, const Rows& rows, const KeyRing& keys) {
    const auto key =
        keys.data_key({row.credential.data_key, rows.integer(wrapping_key), rows.bytes(wrapped)});
    if (!key) return Damage::key;
    if (!row.credential.sealed) return std::nullopt;
    const Place place =
        credential_place(row.record.id, static_cast<std::uint64_t>(*row.credential.version));
    if (!open(*key, place, *row.credential.sealed)) return Damage::credential;
    return std::nullopt;
}

}  // namespace

AccountExamination::AccountExamination(Tables& tables, const KeyRing& keys)
    : tables_(tables),
      keys_(keys),
      select_(tables.connection.prepare(select_piece().c_str())),
      last_row_(std::numeric_limits<std::int64_t>::min()) {}

Result<bool> AccountExamination::go_on() {
    const auto rows = examine_piece();
    if (rows) return *rows == piece_rows;
    if (!is_damage(rows.error())) return rows.error();
    if (auto done = examine_around_damage(); !done) return done.error();
    return false;
}

Result<std::int64_t> AccountExamination::examine_piece() {
    Rows rows = select_.with(last_row_, piece_rows);
    std::int64_t count = 0;
    const auto done = rows.each([&] {
        last_row_ = rows.integer(row_number);
        examine_row(rows);
        ++count;
    });
    if (!done) return done.error();
    return count;
}

void AccountExamination::examine_row(const Rows& rows) {
    ++accounts_;
    const auto row = read_row(rows, keys_.tag_key());
    if (!row) {
        damaged_.push_back({readable(rows.text(0)), Damage::row});
    } else if (const auto damage = damage_of(*row, rows, keys_)) {
        damaged_.push_back({row->record.id, *damage});
    }
}

Result<void> AccountExamination::examine_around_damage() {
    auto loaded = tables_.accounts.load();
    if (!loaded) return loaded.error();
    accounts_ = loaded->accounts.size() + loaded->damaged.size();
    damaged_.clear();
    for (std::string& id : loaded->damaged)
        damaged_.push_back({std::move(id), Damage::row});
    for (const AccountRecord& record : loaded->accounts) {
        const auto secret = tables_.accounts.open_credential(record.id, record.version);
        if (!secret && secret.error().kind == ProblemKind::vault_damaged) {
            damaged_.push_back({record.id, Damage::credential});
        }
    }
    return {};
}

}  // namespace gatepost::vault
