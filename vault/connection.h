// One connection to the database, set up the way the vault wants every one, and its transactions.
// Used within vault/; belongs to one thread at a time. What it reads may be damaged.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "vault/statement.h"

struct sqlite3;

namespace gatepost::vault {

class Connection {
  public:
    /// Opens a file that is there, and reads nothing yet. Fails with vault_damaged or vault_full.
    static Result<Connection> open(const std::string& path);

    /// Runs SQL that has no answers.
    Result<void> run(const char* sql);
    /// The first column of the first row, zero without one: for pragmas and counts.
    Result<std::int64_t> integer(const char* sql);
    Result<std::string> text(const char* sql);
    /// The connection outlives the statement. Bad SQL shows when the statement first runs.
    Statement prepare(const char* sql);

    /// Moves what it can of the write-ahead log into the database, in nobody's way.
    void shorten_log();
    /// Moves the write-ahead log into the database and cuts it to nothing, unless somebody reads at
    /// the moment: false, try again later.
    bool empty_log();

    /// Has what runs now fail with cancelled. From any thread.
    void interrupt();

    /// False once a failure has made SQLite roll everything back, or outside of one.
    [[nodiscard]] bool in_transaction() const;
    /// Whether closing the last connection moves the log into the database: not before the vault is
    /// known to be ours.
    void checkpoint_on_close(bool does);

  private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    explicit Connection(sqlite3* database) : database_(database) {}

    std::unique_ptr<sqlite3, Close> database_;
};

/// Rolled back when it goes, unless it was committed.
class Transaction {
  public:
    /// Takes the write lock at once, so that nothing fails for it later.
    static Result<Transaction> begin(Connection& connection);
    Transaction(Transaction&& other) noexcept
        : connection_(std::exchange(other.connection_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    /// After success it is on the disk. After failure the connection is not to be trusted with
    /// another one: close it, and open a new one.
    Result<void> commit();

  private:
    explicit Transaction(Connection& connection) : connection_(&connection) {}

    Connection* connection_;
};

}  // namespace gatepost::vault
