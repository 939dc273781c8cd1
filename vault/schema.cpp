#include "vault/schema.h"

#include <array>
#include <string>

namespace gatepost::vault {
namespace {

constexpr std::int64_t application_id = 0x67707674;  // "gpvt"

// What leads from schema N to N + 1 stands at N. Released ones never change; a new one is added,
// and the vault of the version before becomes a fixture of the tests. One that adds a column to
// accounts also tags every row anew (docs/vault-format.md).
constexpr std::array migrations{
    R"sql(
CREATE TABLE vault (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    root_key_check BLOB NOT NULL,
    tag_key BLOB NOT NULL,               -- wrapped by the root key
    probes INTEGER NOT NULL DEFAULT 0    -- raised to see whether the disk takes writes again
) STRICT;
CREATE TABLE wrapping_keys (
    number INTEGER PRIMARY KEY,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    wrapped BLOB NOT NULL                -- by the root key
) STRICT;
CREATE UNIQUE INDEX one_wrapping_key_is_active ON wrapping_keys (active) WHERE active = 1;
CREATE TABLE data_keys (
    id BLOB PRIMARY KEY,                 -- random, never used again
    wrapping_key INTEGER NOT NULL REFERENCES wrapping_keys (number),
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    application TEXT NOT NULL,
    email TEXT NOT NULL,
    provider TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    security TEXT NOT NULL,
    username TEXT NOT NULL,
    auth_methods TEXT NOT NULL,          -- in the order of preference, with commas
    auth TEXT NOT NULL,
    standing TEXT NOT NULL,
    problem TEXT,                        -- JSON
    created_at_ms INTEGER NOT NULL,
    state_since_ms INTEGER NOT NULL,
    status_callback_url TEXT NOT NULL,
    labels TEXT NOT NULL,                -- JSON
    version INTEGER NOT NULL,
    data_key BLOB NOT NULL UNIQUE REFERENCES data_keys (id),
    credential_version INTEGER,          -- the version that the credential was stored with
    credential BLOB,                     -- sealed by the data key
    tag BLOB NOT NULL,                   -- over all the others
    UNIQUE (application, email)
) STRICT;
)sql",
    R"sql(
CREATE TABLE documents (
    name TEXT NOT NULL PRIMARY KEY,
    stored_at_ms INTEGER NOT NULL,
    text TEXT NOT NULL,
    tag BLOB NOT NULL                    -- over all the others
) STRICT;
)sql",
};

Problem not_a_vault() {
    return problem(ProblemKind::configuration,
                   "The database is not a vault of Gatepost: name another file, or move it away.");
}

Problem newer_schema(std::int64_t version) {
    return problem(ProblemKind::configuration,
                   "The vault was written by a newer Gatepost (schema " + std::to_string(version) +
                       ", this one knows " + std::to_string(newest_schema) +
                       "): install that one, or restore a backup from before.");
}

Result<SchemaState> state_without_mark(Connection& connection) {
    const auto tables = connection.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tables.error();
    if (*tables != 0) return not_a_vault();
    return SchemaState::empty;
}

}  // namespace

const std::int64_t newest_schema = std::int64_t{migrations.size()};

Result<SchemaState> schema_state_of(Connection& connection) {
    const auto mark = connection.integer("PRAGMA application_id");
    if (!mark) return mark.error();
    const auto version = connection.integer("PRAGMA user_version");
    if (!version) return version.error();
    if (*mark == 0 && *version == 0) return state_without_mark(connection);
    if (*mark != application_id || *version < 1) return not_a_vault();
    if (*version > newest_schema) return newer_schema(*version);
    return *version == newest_schema ? SchemaState::current : SchemaState::older;
}

Result<void> migrate(Connection& connection) {
    auto version = connection.integer("PRAGMA user_version");
    if (!version) return version.error();
    for (auto from = static_cast<std::size_t>(*version); from < migrations.size(); ++from) {
        if (auto done = connection.run(migrations[from]); !done) return done.error();
    }
    const std::string marks = "PRAGMA application_id = " + std::to_string(application_id) +
                              "; PRAGMA user_version = " + std::to_string(newest_schema);
    return connection.run(marks.c_str());
}

}  // namespace gatepost::vault
