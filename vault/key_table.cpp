#include "vault/key_table.h"

namespace gatepost::vault {
KeyTable::KeyTable(Connection& connection)
    : connection_(connection),
      deactivate_(connection.prepare("UPDATE wrapping_keys SET active = 0 WHERE active = 1")),
      insert_(connection.prepare(
          "INSERT INTO wrapping_keys (number, active, wrapped) VALUES (?1, 1, ?2)")),
      remove_unused_(connection.prepare(
          "DELETE FROM wrapping_keys WHERE active = 0 AND number <> ?1 AND NOT EXISTS "
          "(SELECT 1 FROM data_keys WHERE wrapping_key = number) RETURNING number")),
      select_others_(connection.prepare(
          "SELECT id, wrapping_key, wrapped FROM data_keys WHERE wrapping_key <> ?1 AND id > ?2 "
          "ORDER BY id LIMIT ?3")),
      count_others_(connection.prepare("SELECT count(*) FROM data_keys WHERE wrapping_key <> ?1")),
      replace_(connection.prepare("UPDATE data_keys SET wrapping_key = ?4, wrapped = ?5 "
                                  "WHERE id = ?1 AND wrapping_key = ?2 AND wrapped = ?3")) {}

Result<std::int64_t> KeyTable::unused_number() {
    return connection_.integer("SELECT max(number) + 1 FROM wrapping_keys");
}

Result<void> KeyTable::add_wrapping_key(const KeyRing::NewWrappingKey& made) {
    if (auto done = deactivate_.with().finish(); !done) return done.error();
    return insert_.with(made.number, BytesView(made.wrapped)).finish();
}

Result<std::vector<std::int64_t>> KeyTable::remove_unused_wrapping_keys(std::int64_t but) {
    std::vector<std::int64_t> removed;
    Rows rows = remove_unused_.with(but);
    const auto done = rows.each([&] { removed.push_back(rows.integer(0)); });
    if (!done) return done.error();
    return removed;
}

Result<std::uint64_t> KeyTable::count_older_wrapping_keys() {
    const auto count = connection_.integer("SELECT count(*) FROM wrapping_keys WHERE active = 0");
    if (!count) return count.error();
    return static_cast<std::uint64_t>(*count);
}

Result<std::vector<WrappedDataKey>> KeyTable::under_others(std::int64_t wrapping_key,
                                                           const Bytes& after, std::int64_t limit) {
    std::vector<WrappedDataKey> keys;
    Rows rows = select_others_.with(wrapping_key, BytesView(after), limit);
    const auto done = rows.each([&] {
        keys.push_back({rows.bytes(0), rows.integer(1), rows.bytes(2)});
    });
    if (!done) return done.error();
    return keys;
}

Result<std::uint64_t> KeyTable::count_under_others(std::int64_t wrapping_key) {
    Rows rows = count_others_.with(wrapping_key);
    auto row = rows.next();
    if (!row) return row.error();
    return static_cast<std::uint64_t>(rows.integer(0));
}

Result<void> KeyTable::replace(const WrappedDataKey& stored, const WrappedDataKey& by) {
    return replace_
        .with(BytesView(stored.id), stored.wrapping_key, BytesView(stored.wrapped), by.wrapping_key,
              BytesView(by.wrapped))
        .finish();
}

}  // namespace gatepost::vault
