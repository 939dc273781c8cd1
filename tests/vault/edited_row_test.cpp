// Somebody who can write the database flips bits, or puts older rows back: which of it is detected,
// and which is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "vault_directory.h"

namespace gatepost::vault {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A value of a column, as it is or with one bit flipped.
struct Value {
    int type = SQLITE_NULL;
    std::string bytes;  ///< of an integer its eight

    static Value of(sqlite3_stmt* row, int column) {
        Value value;
        value.type = ::sqlite3_column_type(row, column);
        if (value.type == SQLITE_INTEGER) {
            const std::int64_t integer = ::sqlite3_column_int64(row, column);
            value.bytes.assign(reinterpret_cast<const char*>(&integer), sizeof integer);
        } else if (value.type != SQLITE_NULL) {
            const auto* const bytes = static_cast<const char*>(::sqlite3_column_blob(row, column));
            value.bytes.assign(bytes,
                               static_cast<std::size_t>(::sqlite3_column_bytes(row, column)));
        }
        return value;
    }

    [[nodiscard]] Value flipped(std::size_t bit) const {
        Value value = *this;
        value.bytes[bit / 8] = static_cast<char>(value.bytes[bit / 8] ^ (1 << (bit % 8)));
        return value;
    }

    void bind(sqlite3_stmt* statement, int index) const {
        const auto size = static_cast<int>(bytes.size());
        if (type == SQLITE_INTEGER) {
            std::int64_t integer = 0;
            bytes.copy(reinterpret_cast<char*>(&integer), sizeof integer);
            ::sqlite3_bind_int64(statement, index, integer);
        } else if (type == SQLITE_TEXT) {
            ::sqlite3_bind_text(statement, index, bytes.data(), size, SQLITE_TRANSIENT);
        } else {
            ::sqlite3_bind_blob(statement, index, bytes.data(), size, SQLITE_TRANSIENT);
        }
    }
};

/// A program beside the vault that edits its one row of a table.
class Editor {
  public:
    Editor(const std::filesystem::path& file, std::string table, std::string where)
        : table_(std::move(table)), where_(std::move(where)) {
        EXPECT_EQ(::sqlite3_open(file.c_str(), &database_), SQLITE_OK);
        ::sqlite3_exec(database_, "PRAGMA synchronous = OFF", nullptr, nullptr, nullptr);
        sqlite3_stmt* row = prepare("SELECT * FROM " + table_ + where_);
        EXPECT_EQ(::sqlite3_step(row), SQLITE_ROW);
        for (int column = 0; column < ::sqlite3_column_count(row); ++column)
            values_.emplace_back(::sqlite3_column_name(row, column), Value::of(row, column));
        ::sqlite3_finalize(row);
    }
    Editor(const Editor&) = delete;
    Editor& operator=(const Editor&) = delete;
    ~Editor() { ::sqlite3_close(database_); }

    [[nodiscard]] const std::vector<std::pair<std::string, Value>>& values() const {
        return values_;
    }

    /// Of the row, whatever its other columns are by then.
    void set(const std::string& column, const Value& value) {
        sqlite3_stmt* update =
            prepare("UPDATE " + table_ + " SET " + column + " = ?1 WHERE rowid = 1");
        value.bind(update, 1);
        EXPECT_EQ(::sqlite3_step(update), SQLITE_DONE) << ::sqlite3_errmsg(database_);
        ::sqlite3_finalize(update);
    }

    void run(const char* sql) {
        EXPECT_EQ(::sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
            << ::sqlite3_errmsg(database_);
    }

  private:
    sqlite3_stmt* prepare(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        EXPECT_EQ(::sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
            << sql << ": " << ::sqlite3_errmsg(database_);
        return statement;
    }

    const std::string table_, where_;
    sqlite3* database_ = nullptr;
    std::vector<std::pair<std::string, Value>> values_;
};

class EditedRow : public testing::Test {
  protected:
    VaultDirectory directory;
    std::unique_ptr<Vault> vault = directory.open();
};

TEST_F(EditedRow, IsFoundWhicheverBitOfItIsFlipped) {
    AccountRecord small = account("a");
    small.labels = {{"t", "1"}};
    ASSERT_TRUE(put(*vault, small, PutMode::create, "password"));
    ASSERT_TRUE(create(*vault, "b"));
    Editor editor(directory.file(), "accounts", " WHERE id = 'a'");
    std::size_t flipped = 0;
    for (const auto& [column, value] : editor.values()) {
        SCOPED_TRACE(column);
        for (std::size_t bit = 0; bit < value.bytes.size() * 8; ++bit) {
            editor.set(column, value.flipped(bit));
            const auto loaded = vault->load_accounts();
            ASSERT_TRUE(loaded);
            ASSERT_THAT(loaded->accounts, SizeIs(1)) << bit;
            EXPECT_EQ(loaded->accounts.front().id, "b");
            ASSERT_THAT(loaded->damaged, SizeIs(1)) << bit;
            ++flipped;
        }
        editor.set(column, value);
    }
    EXPECT_GT(flipped, 2'500);
    EXPECT_EQ(*open_password(*vault, "a", 1), "password");
}

// Also where nobody has looked at the row's tag since.
TEST_F(EditedRow, OpensNoCredentialWhicheverBitOfThatOrItsKeyIsFlipped) {
    ASSERT_TRUE(put(*vault, account("a"), PutMode::create, "password"));
    directory.alter(
        "CREATE TABLE copy AS SELECT * FROM data_keys; CREATE TRIGGER copied AFTER UPDATE ON copy "
        "BEGIN DELETE FROM data_keys; INSERT INTO data_keys SELECT * FROM copy; END");
    Editor account_row(directory.file(), "accounts", "");
    Editor key_row(directory.file(), "copy", "");  // data_keys has no rowid
    std::size_t flipped = 0;
    for (Editor* editor : {&account_row, &key_row}) {
        for (const auto& [column, value] : editor->values()) {
            const bool is_sealed_by_it = editor == &key_row || column == "credential" ||
                                         column == "credential_version" || column == "data_key";
            if (!is_sealed_by_it) continue;
            SCOPED_TRACE(column);
            for (std::size_t bit = 0; bit < value.bytes.size() * 8; ++bit) {
                editor->set(column, value.flipped(bit));
                ASSERT_EQ(kind_of(open_password(*vault, "a", 1)), ProblemKind::vault_damaged)
                    << bit;
                ++flipped;
            }
            editor->set(column, value);
        }
    }
    EXPECT_GT(flipped, 1'300);
    EXPECT_EQ(*open_password(*vault, "a", 1), "password");
}

// What docs/vault-format.md admits under "What this does not do": an older row is as genuine as it
// was, where its data key is put back with it.
TEST_F(EditedRow, ThatIsAnOlderOneWithItsKeyIsNotTold) {
    auto record = create(*vault, "a");
    ASSERT_TRUE(record);
    directory.alter(
        "CREATE TABLE old_account AS SELECT * FROM accounts;"
        "CREATE TABLE old_key AS SELECT * FROM data_keys;");
    ASSERT_TRUE(put(*vault, *record, PutMode::replace, "newer"));
    vault.reset();
    directory.alter(
        "DELETE FROM accounts; DELETE FROM data_keys;"
        "INSERT INTO data_keys SELECT * FROM old_key; INSERT INTO accounts SELECT * FROM "
        "old_account");
    vault = directory.open();
    const auto loaded = vault->load_accounts();
    EXPECT_THAT(loaded->damaged, IsEmpty());
    ASSERT_THAT(loaded->accounts, SizeIs(1));
    EXPECT_EQ(loaded->accounts.front().version, 1);
    EXPECT_EQ(*open_password(*vault, "a", 1), password_of("a"));
}

// But parts of it are, and a row whose key was destroyed stays shut.
TEST_F(EditedRow, ThatIsAnOlderOneWithoutItsKeyIsTold) {
    auto record = create(*vault, "a");
    ASSERT_TRUE(record);
    directory.alter("CREATE TABLE old_account AS SELECT * FROM accounts");
    ASSERT_TRUE(put(*vault, *record, PutMode::replace, "newer"));
    vault.reset();
    directory.alter("DELETE FROM accounts; INSERT INTO accounts SELECT * FROM old_account");
    vault = directory.open();
    EXPECT_EQ(kind_of(open_password(*vault, "a", 1)), ProblemKind::vault_damaged);
    EXPECT_FALSE(check(*vault)->is_whole());
}

}  // namespace
}  // namespace gatepost::vault
