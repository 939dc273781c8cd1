#include "vault/statement.h"

#include <sqlite3.h>

#include <cerrno>
#include <string>

namespace gatepost::vault {
namespace {

bool is_want_of_space(int error) {
    return error == ENOSPC || error == EDQUOT;
}

}  // namespace

Problem problem_of(sqlite3* database) {
    const int code = ::sqlite3_errcode(database) & 0xff;
    const std::string words = ::sqlite3_errmsg(database);
    switch (code) {
        case SQLITE_FULL:
            return problem(ProblemKind::vault_full, "The vault's disk is full: make room.");
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            if (is_want_of_space(::sqlite3_system_errno(database))) {
                return problem(ProblemKind::vault_full, "The vault's disk is full: make room.");
            }
            return problem(ProblemKind::vault_damaged,
                           "The vault's disk fails (" + words + "): look at the system's log.")
                .with("reason", "io");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return problem(ProblemKind::vault_damaged,
                           "The vault's database is damaged (" + words + "): restore a backup.")
                .with("reason", "corrupt");
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return problem(ProblemKind::overloaded,
                           "Another program keeps the vault's database locked.");
        case SQLITE_INTERRUPT:
            return problem(ProblemKind::cancelled, "Gatepost stops.");
        default:
            return problem(ProblemKind::internal, "The vault's database refused: " + words + ".");
    }
}

Statement::Statement(sqlite3* database, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    // The first statement reads the schema, so that a damaged database can show here.
    if (::sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
        SQLITE_OK) {
        unprepared_ = problem_of(database);
    }
    statement_.reset(statement);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    ::sqlite3_finalize(statement);
}

Rows::~Rows() {
    if (statement_ == nullptr) return;
    ::sqlite3_reset(statement_);
    ::sqlite3_clear_bindings(statement_);
}

Result<bool> Rows::next() {
    if (statement_ == nullptr) return *unprepared_;
    switch (::sqlite3_step(statement_)) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default:
            return problem_of(::sqlite3_db_handle(statement_));
    }
}

Rows::Type Rows::type(int column) const {
    switch (::sqlite3_column_type(statement_, column)) {
        case SQLITE_INTEGER:
            return Type::integer;
        case SQLITE_TEXT:
            return Type::text;
        case SQLITE_BLOB:
            return Type::blob;
        case SQLITE_FLOAT:
            return Type::real;
        default:
            return Type::null;
    }
}

std::int64_t Rows::integer(int column) const {
    return ::sqlite3_column_int64(statement_, column);
}

std::string_view Rows::text(int column) const {
    const unsigned char* const text = ::sqlite3_column_text(statement_, column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column))};
}

BytesView Rows::blob(int column) const {
    const auto* const blob =
        static_cast<const unsigned char*>(::sqlite3_column_blob(statement_, column));
    return {blob, blob == nullptr
                      ? 0
                      : static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column))};
}

Bytes Rows::bytes(int column) const {
    const BytesView view = blob(column);
    return {view.begin(), view.end()};
}

// A failure to bind is want of memory or a wrong index; the step that follows fails or a test does.

void Rows::bind(int index, std::int64_t value) {
    ::sqlite3_bind_int64(statement_, index, value);
}

void Rows::bind(int index, std::string_view value) {
    // A null pointer would be NULL instead of empty text.
    ::sqlite3_bind_text64(statement_, index, value.empty() ? "" : value.data(), value.size(),
                          SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Rows::bind(int index, BytesView value) {
    // A null pointer would bind NULL instead of no bytes.
    const void* const bytes = value.empty() ? "" : static_cast<const void*>(value.data());
    ::sqlite3_bind_blob64(statement_, index, bytes, value.size(), SQLITE_TRANSIENT);
}

}  // namespace gatepost::vault
