#include "bare.h"

#include <sodium.h>
#include <sqlite3.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace gatepost::vault::bare {
namespace {

constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t text_bytes = 256;

using Key = std::array<unsigned char, key_bytes>;
using Nonce = std::array<unsigned char, nonce_bytes>;
template <std::size_t size>
using Sealed = std::array<unsigned char, size + tag_bytes>;

template <std::size_t size>
void seal(const std::array<unsigned char, size>& plain, Sealed<size>& sealed, Nonce& nonce,
          const Key& key) {
    ::randombytes_buf(nonce.data(), nonce.size());
    ::crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), size,
                                                 nullptr, 0, nullptr, nonce.data(), key.data());
}

template <std::size_t size>
void open(std::array<unsigned char, size>& plain, const Sealed<size>& sealed, const Nonce& nonce,
          const Key& key) {
    const int failed = ::crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.data(), nullptr, nullptr, sealed.data(), sealed.size(), nullptr, 0, nonce.data(),
        key.data());
    if (failed != 0) std::abort();
}

/// A text that is sealed by a key, which is wrapped by another.
class Sample {
  public:
    Sample() { ::randombytes_buf(wrapping_.data(), wrapping_.size()); }

    void seal_anew() {
        ::randombytes_buf(key_.data(), key_.size());
        seal(key_, wrapped_, key_nonce_, wrapping_);
        seal(text_, sealed_, nonce_, key_);
    }

    void open_again() {
        open(key_, wrapped_, key_nonce_, wrapping_);
        open(text_, sealed_, nonce_, key_);
    }

  private:
    Key wrapping_{};
    Key key_{};
    Nonce key_nonce_{};
    Nonce nonce_{};
    std::array<unsigned char, text_bytes> text_{};
    Sealed<key_bytes> wrapped_{};
    Sealed<text_bytes> sealed_{};
};

void insist(sqlite3* database, bool done) {
    if (done) return;
    std::fprintf(stderr, "%s\n", ::sqlite3_errmsg(database));
    std::exit(1);
}

void run(sqlite3* database, const char* statement) {
    insist(database, ::sqlite3_exec(database, statement, nullptr, nullptr, nullptr) == SQLITE_OK);
}

sqlite3_stmt* prepared(sqlite3* database, const char* text) {
    sqlite3_stmt* statement = nullptr;
    insist(database, ::sqlite3_prepare_v2(database, text, -1, &statement, nullptr) == SQLITE_OK);
    return statement;
}

void step(sqlite3_stmt* statement) {
    insist(::sqlite3_db_handle(statement), ::sqlite3_step(statement) == SQLITE_DONE);
    ::sqlite3_reset(statement);
}

void bind_text(sqlite3_stmt* statement, int index, const std::string& text) {
    ::sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()),
                        SQLITE_TRANSIENT);
}

// The columns that fill pages; the vault's others are words and numbers.
constexpr const char* schema =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
    "CREATE TABLE data_keys (id BLOB PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE accounts (id TEXT NOT NULL PRIMARY KEY, application TEXT NOT NULL,"
    " email TEXT NOT NULL, rest TEXT NOT NULL, data_key BLOB NOT NULL UNIQUE REFERENCES data_keys,"
    " credential BLOB, UNIQUE (application, email)) STRICT";

}  // namespace

void seal(std::size_t count) {
    Sample sample;
    for (std::size_t i = 0; i < count; ++i)
        sample.seal_anew();
}

void unseal(std::size_t count) {
    Sample sample;
    sample.seal_anew();
    for (std::size_t i = 0; i < count; ++i)
        sample.open_again();
}

void store(const std::filesystem::path& file, std::size_t count, std::size_t to_a_commit) {
    sqlite3* database = nullptr;
    insist(database, ::sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    run(database, schema);
    sqlite3_stmt* const key = prepared(database, "INSERT INTO data_keys VALUES (?, ?)");
    sqlite3_stmt* const account =
        prepared(database, "INSERT INTO accounts VALUES (?, 'default', ?, ?, ?, ?)");
    const std::string rest(200, 'r');
    std::array<unsigned char, 16> id{};
    const std::array<unsigned char, 73> wrapped{};
    const std::array<unsigned char, 51> credential{};
    for (std::size_t i = 0; i < count; ++i) {
        if (i % to_a_commit == 0) run(database, "BEGIN IMMEDIATE");
        ::randombytes_buf(id.data(), id.size());
        ::sqlite3_bind_blob(key, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
        ::sqlite3_bind_blob(key, 2, wrapped.data(), static_cast<int>(wrapped.size()),
                            SQLITE_STATIC);
        step(key);
        const std::string name = "account-" + std::to_string(i);
        bind_text(account, 1, name);
        bind_text(account, 2, name + "@example.com");
        bind_text(account, 3, rest);
        ::sqlite3_bind_blob(account, 4, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
        ::sqlite3_bind_blob(account, 5, credential.data(), static_cast<int>(credential.size()),
                            SQLITE_STATIC);
        step(account);
        if ((i + 1) % to_a_commit == 0 || i + 1 == count) run(database, "COMMIT");
    }
    ::sqlite3_finalize(key);
    ::sqlite3_finalize(account);
    ::sqlite3_close(database);
}

}  // namespace gatepost::vault::bare
