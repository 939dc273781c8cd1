#include "vault/account_table.h"

#include "vault/account_check.h"
#include "vault/sealing.h"

namespace gatepost::vault {
namespace {

std::string select_accounts(std::string_view rest) {
    return std::string("SELECT ") + account_columns + " FROM accounts " + std::string(rest);
}

std::string insert_account() {
    return std::string("INSERT INTO accounts (") + account_columns + ") VALUES (" +
           account_parameters + ")";
}

std::string update_account() {
    return std::string("UPDATE accounts SET (") + account_columns + ") = (" + account_parameters +
           ") WHERE id = ?1";
}

Problem damaged_row(const std::string& account) {
    return problem(ProblemKind::vault_damaged,
                   "What is stored of the account " + account +
                       " is damaged: remove the account and add it again, or restore a backup.");
}

Problem taken(const std::string& what, const std::string& account) {
    return problem(ProblemKind::already_exists, what + " is taken.").with("account", account);
}

Problem changed_meanwhile(const std::string& account) {
    return problem(ProblemKind::conflict, "The account " + account + " was changed meanwhile.");
}

}  // namespace

AccountTable::AccountTable(Connection& connection, const KeyRing& keys)
    : connection_(connection),
      keys_(keys),
      select_(connection.prepare(select_accounts("WHERE id = ?1").c_str())),
      select_by_address_(
          connection.prepare("SELECT id FROM accounts WHERE application = ?1 AND email = ?2")),
      select_credential_(connection.prepare(
          "SELECT version, credential_version, credential, data_keys.id, wrapping_key, wrapped "
          "FROM accounts LEFT JOIN data_keys ON data_keys.id = data_key WHERE accounts.id = ?1")),
      insert_(connection.prepare(insert_account().c_str())),
      update_(connection.prepare(update_account().c_str())),
      delete_(connection.prepare("DELETE FROM accounts WHERE id = ?1 RETURNING data_key")),
      delete_data_key_(connection.prepare("DELETE FROM data_keys WHERE id = ?1")),
      insert_data_key_(connection.prepare(
          "INSERT INTO data_keys (id, wrapping_key, wrapped) VALUES (?1, ?2, ?3)")) {}

Result<std::optional<AccountRow>> AccountTable::find(const std::string& id) {
    Rows rows = select_.with(std::string_view(id));
    auto found = rows.next();
    if (!found) return found.error();
    if (!*found) return std::optional<AccountRow>();
    auto row = read_row(rows, keys_.tag_key());
    if (!row) return damaged_row(id);
    return row;
}

Result<AccountRecord> AccountTable::put(AccountRecord record, PutMode mode,
                                        const std::optional<Secret>& credential) {
    if (mode == PutMode::create) return create(std::move(record), credential);
    return replace(std::move(record), credential);
}

// Asked for instead of left to the table's constraints, so that the answer can name the account.
Result<void> AccountTable::check_free(const AccountRecord& record) {
    Rows rows = select_by_address_.with(std::string_view(record.application),
                                        std::string_view(record.email));
    auto found = rows.next();
    if (!found) return found.error();
    if (*found && rows.text(0) != record.id) {
        return taken("The address " + record.email, std::string(rows.text(0)));
    }
    return {};
}

Result<AccountRecord> AccountTable::create(AccountRecord record,
                                           const std::optional<Secret>& credential) {
    auto present = find(record.id);
    if (!present) return present.error();
    if (*present) return taken("The id " + record.id, record.id);
    if (auto free = check_free(record); !free) return free.error();
    record.version = 1;
    auto stored = store_credential(record, credential);
    if (!stored) return stored.error();
    const AccountRow row{std::move(record), std::move(*stored)};
    if (auto done = write_row(insert_, row, keys_.tag_key()); !done) return done.error();
    return row.record;
}

Result<AccountRecord> AccountTable::replace(AccountRecord record,
                                            const std::optional<Secret>& credential) {
    auto present = find(record.id);
    if (!present) return present.error();
    if (!*present || (*present)->record.version != record.version) {
        return changed_meanwhile(record.id);
    }
    if (auto free = check_free(record); !free) return free.error();
    ++record.version;
    AccountRow row{std::move(record), std::move((*present)->credential)};
    const Bytes old_data_key = row.credential.data_key;
    if (credential) {
        auto stored = store_credential(row.record, credential);
        if (!stored) return stored.error();
        row.credential = std::move(*stored);
    }
    if (auto done = write_row(update_, row, keys_.tag_key()); !done) return done.error();
    if (credential) {
        if (auto done = remove_data_key(old_data_key); !done) return done.error();
    }
    return row.record;
}

Result<StoredCredential> AccountTable::store_credential(const AccountRecord& record,
                                                        const std::optional<Secret>& credential) {
    const KeyRing::NewDataKey made = keys_.new_data_key();
    const WrappedDataKey& key = made.stored;
    auto done =
        insert_data_key_.with(BytesView(key.id), key.wrapping_key, BytesView(key.wrapped)).finish();
    if (!done) return done.error();
    StoredCredential stored{key.id, std::nullopt, std::nullopt};
    if (credential) {
        stored.version = static_cast<std::int64_t>(record.version);
        stored.sealed = seal(made.key, credential_place(record.id, record.version),
                             bytes_of(credential->reveal()));
    }
    return stored;
}

Result<void> AccountTable::remove(const std::string& id) {
    Bytes data_key;
    {
        Rows rows = delete_.with(std::string_view(id));
        auto found = rows.next();
        if (!found) return found.error();
        if (!*found) {
            return problem(ProblemKind::unknown_account, "There is no account " + id + ".");
        }
        data_key = rows.bytes(0);
        if (auto done = rows.finish(); !done) return done.error();
    }
    return remove_data_key(data_key);
}

Result<void> AccountTable::remove_data_key(const Bytes& id) {
    return delete_data_key_.with(BytesView(id)).finish();
}

Result<Secret> AccountTable::open_credential(const std::string& id, std::uint64_t version) {
    Rows rows = select_credential_.with(std::string_view(id));
    auto found = rows.next();
    if (!found) return found.error();
    if (!*found || static_cast<std::uint64_t>(rows.integer(0)) != version) {
        return changed_meanwhile(id);
    }
    if (rows.type(2) == Rows::Type::null) {
        return problem(ProblemKind::not_found, "The account " + id + " has no credential.");
    }
    const auto credential_version = static_cast<std::uint64_t>(rows.integer(1));
    const WrappedDataKey stored{rows.bytes(3), rows.integer(4), rows.bytes(5)};
    const auto key = keys_.data_key(stored);
    if (!key) return damaged_row(id);
    auto secret = open(*key, credential_place(id, credential_version), rows.blob(2));
    if (!secret) return damaged_row(id);
    return std::move(*secret);
}

Result<void> AccountTable::load_rows(Statement& select, const std::set<std::string>& seen,
                                     Vault::Loaded& loaded) {
    Rows rows = select.with();
    return rows.each([&] {
        const std::string_view id = rows.text(0);
        if (!seen.empty() && seen.contains(std::string(id))) return;
        if (auto row = read_row(rows, keys_.tag_key())) {
            loaded.accounts.push_back(std::move(row->record));
        } else {
            loaded.damaged.push_back(readable(id));
        }
    });
}

Result<Vault::Loaded> AccountTable::load() {
    Statement forward = connection_.prepare(select_accounts("NOT INDEXED ORDER BY rowid").c_str());
    Vault::Loaded loaded;
    auto done = load_rows(forward, {}, loaded);
    if (!done && !is_damage(done.error())) return done.error();
    if (!done) load_around_damage(loaded);
    return loaded;
}

// The table was read up to a page that does not read. Reads it from its other end too; what the
// index of ids knows beyond that is looked up one by one.
void AccountTable::load_around_damage(Vault::Loaded& loaded) {
    std::set<std::string> seen;
    const auto note_seen = [&] {
        for (const AccountRecord& record : loaded.accounts) {
            seen.insert(record.id);
        }
        seen.insert(loaded.damaged.begin(), loaded.damaged.end());
    };
    note_seen();
    Statement backward =
        connection_.prepare(select_accounts("NOT INDEXED ORDER BY rowid DESC").c_str());
    (void)load_rows(backward, seen, loaded);
    note_seen();
    for (const std::string& id : ids_in_index()) {
        if (seen.contains(id)) continue;
        auto row = find(id);
        if (row && *row) {
            loaded.accounts.push_back(std::move((*row)->record));
        } else {
            loaded.damaged.push_back(readable(id));
        }
    }
}

std::set<std::string> AccountTable::ids_in_index() {
    std::set<std::string> ids;
    for (const char* const order : {"ASC", "DESC"}) {
        Statement select = connection_.prepare(
            ("SELECT id FROM accounts INDEXED BY sqlite_autoindex_accounts_1 ORDER BY id " +
             std::string(order))
                .c_str());
        Rows rows = select.with();
        for (auto more = rows.next(); more && *more; more = rows.next()) {
            ids.emplace(rows.text(0));
        }
    }
    return ids;
}

}  // namespace gatepost::vault
