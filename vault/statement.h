// A prepared statement and the rows it gives: SQLite's C interface with owners and values. Used
// within vault/; belongs to its connection's thread. What columns hold may be damaged, and of any
// type.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/result.h"
#include "vault/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace gatepost::vault {

/// What SQLite last failed with, in our words: vault_full, vault_damaged (fact `reason`: corrupt or
/// io), overloaded (somebody else keeps the database locked), cancelled, or internal.
Problem problem_of(sqlite3* database);

/// The database is damaged, as opposed to a disk that fails.
inline bool is_damage(const Problem& problem) {
    return problem.fact("reason") == "corrupt";
}

/// One run of a statement, over when it goes.
class Rows {
  public:
    Rows(Rows&& other) noexcept
        : statement_(std::exchange(other.statement_, nullptr)), unprepared_(other.unprepared_) {}
    Rows& operator=(Rows&&) = delete;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows();

    /// True: there is a row, whose columns are read below. False: that was all.
    Result<bool> next();
    /// Has `look` called for each row that is left, and ends with the first failure.
    template <class Look>
    Result<void> each(const Look& look) {
        for (;;) {
            auto row = next();
            if (!row) return row.error();
            if (!*row) return {};
            look();
        }
    }
    /// For statements that change rows: runs to the end.
    Result<void> finish() {
        return each([] {});
    }

    enum class Type { null, integer, text, blob, real };
    [[nodiscard]] Type type(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    // Valid until the next row.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] BytesView blob(int column) const;
    /// A copy of it, which stays.
    [[nodiscard]] Bytes bytes(int column) const;

  private:
    friend class Statement;
    Rows(sqlite3_stmt* statement, const Problem* unprepared)
        : statement_(statement), unprepared_(unprepared) {}

    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view value);
    void bind(int index, BytesView value);
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        if (value) bind(index, *value);  // what is not bound is NULL
    }

    sqlite3_stmt* statement_;
    const Problem* unprepared_;  ///< why there is no statement
};

/// Stays where it is while it runs.
class Statement {
  public:
    /// A failure shows in the rows.
    Statement(sqlite3* database, const char* sql);

    /// Starts a run with the values for ?1, ?2, …: integers, text, bytes, or optional ones of
    /// these. One run at a time.
    template <class... Values>
    Rows with(const Values&... values) {
        Rows rows(statement_.get(), &unprepared_);
        int index = 0;
        if (statement_) (rows.bind(++index, values), ...);
        return rows;
    }

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    Problem unprepared_;
};

}  // namespace gatepost::vault
