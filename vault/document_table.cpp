#include "vault/document_table.h"

#include "vault/account_check.h"
#include "vault/row_tag.h"

namespace gatepost::vault {
namespace {

// An imported table of all the providers that anybody lists is about 1 MiB.
constexpr std::size_t max_document_bytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t max_name_bytes = 64;

RowTag tag_of(std::string_view name, std::int64_t stored_at_ms, std::string_view text) {
    RowTag row;
    row.add(std::string_view("documents"));
    row.add(name);
    row.add(stored_at_ms);
    row.add(text);
    return row;
}

Problem not_text(const char* field) {
    return problem(ProblemKind::bad_request,
                   "The " + std::string(field) + " of the document is not UTF-8 text.")
        .with("field", field);
}

}  // namespace

Result<void> check_storable(const Document& document) {
    if (!is_text(document.name)) return not_text("name");
    if (!is_text(document.text)) return not_text("text");
    if (document.name.size() > max_name_bytes || document.text.size() > max_document_bytes) {
        return problem(ProblemKind::too_large, "The document is too large to be stored.");
    }
    return {};
}

DocumentTable::DocumentTable(Connection& connection, const KeyRing& keys)
    : keys_(keys),
      select_(connection.prepare("SELECT stored_at_ms, text, tag FROM documents WHERE name = ?1")),
      select_names_(connection.prepare("SELECT name FROM documents")),
      upsert_(connection.prepare("INSERT OR REPLACE INTO documents (name, stored_at_ms, text, tag) "
                                 "VALUES (?1, ?2, ?3, ?4)")),
      delete_(connection.prepare("DELETE FROM documents WHERE name = ?1 RETURNING name")) {}

Result<void> DocumentTable::put(const Document& document) {
    const RowTag::Value tag =
        tag_of(document.name, document.stored_at_ms, document.text).value(keys_.tag_key());
    return upsert_
        .with(std::string_view(document.name), document.stored_at_ms,
              std::string_view(document.text), BytesView(tag))
        .finish();
}

Result<void> DocumentTable::remove(const std::string& name) {
    Rows rows = delete_.with(std::string_view(name));
    auto found = rows.next();
    if (!found) return found.error();
    if (!*found) return problem(ProblemKind::not_found, "There is no document " + name + ".");
    return rows.finish();
}

Result<std::optional<Document>> DocumentTable::load(const std::string& name) {
    Rows rows = select_.with(std::string_view(name));
    auto found = rows.next();
    if (!found) return found.error();
    if (!*found) return std::optional<Document>();
    Document document{name, std::string(rows.text(1)), rows.integer(0)};
    const RowTag tag = tag_of(document.name, document.stored_at_ms, document.text);
    if (!tag.matches(keys_.tag_key(), rows.blob(2))) {
        return problem(
            ProblemKind::vault_damaged,
            "The stored document " + name + " is damaged: store it again, or remove it.");
    }
    return std::optional(std::move(document));
}

Result<std::vector<std::string>> DocumentTable::names() {
    Rows rows = select_names_.with();
    std::vector<std::string> names;
    const auto done = rows.each([&] { names.emplace_back(rows.text(0)); });
    if (!done) return done.error();
    return names;
}

}  // namespace gatepost::vault
