#include "vault/connection.h"

#include <sqlite3.h>

#include <chrono>
#include <utility>

namespace gatepost::vault {
namespace {

// Only an operator's sqlite3 can hold the write lock; ours waits as long as a person would.
constexpr std::chrono::milliseconds busy_patience{5000};

// Emptying the log can wait for the next time instead.
constexpr std::chrono::milliseconds checkpoint_patience{50};

// EXTRA: a commit is on the disk when it returns, as with FULL; and while there is no write-ahead
// log yet, so is the removal of the journal, which would otherwise undo the making of the vault
// after a power cut. secure_delete: what is deleted is overwritten.
constexpr const char* settings =
    "PRAGMA synchronous = EXTRA;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cell_size_check = ON;";

void set_patience(sqlite3* database, std::chrono::milliseconds patience) {
    ::sqlite3_busy_timeout(database, static_cast<int>(patience.count()));
}

void configure(sqlite3* database) {
    ::sqlite3_extended_result_codes(database, 1);
    set_patience(database, busy_patience);
    ::sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    ::sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    ::sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    ::sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
}

}  // namespace

void Connection::Close::operator()(sqlite3* database) const {
    ::sqlite3_close_v2(database);
}

Result<Connection> Connection::open(const std::string& path) {
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                          SQLITE_OPEN_NOFOLLOW;
    sqlite3* database = nullptr;
    const int code = ::sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
    Connection connection(database);
    if (code != SQLITE_OK) return problem_of(database);
    configure(database);
    connection.checkpoint_on_close(false);
    if (auto done = connection.run(settings); !done) return done.error();
    return connection;
}

Result<void> Connection::run(const char* sql) {
    if (::sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return problem_of(database_.get());
}

Result<std::int64_t> Connection::integer(const char* sql) {
    Statement statement = prepare(sql);
    Rows rows = statement.with();
    auto row = rows.next();
    if (!row) return row.error();
    return *row ? rows.integer(0) : 0;
}

Result<std::string> Connection::text(const char* sql) {
    Statement statement = prepare(sql);
    Rows rows = statement.with();
    auto row = rows.next();
    if (!row) return row.error();
    return std::string(*row ? rows.text(0) : std::string_view());
}

Statement Connection::prepare(const char* sql) {
    return Statement(database_.get(), sql);
}

void Connection::shorten_log() {
    (void)integer("PRAGMA wal_checkpoint(PASSIVE)");
}

bool Connection::empty_log() {
    set_patience(database_.get(), checkpoint_patience);
    const auto busy = integer("PRAGMA wal_checkpoint(TRUNCATE)");
    set_patience(database_.get(), busy_patience);
    return busy && *busy == 0;
}

void Connection::interrupt() {
    ::sqlite3_interrupt(database_.get());
}

bool Connection::in_transaction() const {
    return ::sqlite3_get_autocommit(database_.get()) == 0;
}

void Connection::checkpoint_on_close(bool does) {
    ::sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, does ? 0 : 1, nullptr);
}

Result<Transaction> Transaction::begin(Connection& connection) {
    if (auto done = connection.run("BEGIN IMMEDIATE"); !done) return done.error();
    return Transaction(connection);
}

Transaction::~Transaction() {
    if (connection_ != nullptr && connection_->in_transaction()) (void)connection_->run("ROLLBACK");
}

Result<void> Transaction::commit() {
    return connection_->run("COMMIT");
}

}  // namespace gatepost::vault
