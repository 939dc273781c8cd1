#include "daemon/provider_requests.h"

#include <boost/json/array.hpp>

#include "daemon/json_document.h"
#include "daemon/json_fields.h"
#include "daemon/rfc3339.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;
using Table = connector::ProviderImports::Table;

json::object counts_of(const Table& table, const char* origin) {
    return {{"origin", origin}, {"providers", table.providers}, {"domains", table.domains}};
}

}  // namespace

Result<std::string> read_provider_table(std::string_view body) {
    const auto object = parse_json_object(body);
    if (!object) return object.error();
    JsonFields fields(*object);
    auto text = fields.text("text");
    if (!text) fields.mistake("text", "is missing");
    fields.finish();
    if (fields.problem()) return *fields.problem();
    return std::move(*text);
}

json::object to_json(const connector::ProviderImports& imports,
                     std::chrono::system_clock::time_point now) {
    json::array tables;
    if (const auto imported = imports.imported()) {
        json::object table = counts_of(*imported, "imported");
        const auto age = std::chrono::floor<std::chrono::seconds>(now - *imported->imported_at);
        table["imported_at"] = rfc3339(*imported->imported_at);
        table["age_seconds"] = age.count();
        tables.push_back(std::move(table));
    }
    tables.push_back(counts_of(connector::ProviderImports::compiled_in(), "compiled in"));
    json::object answer;
    answer["tables"] = std::move(tables);
    return answer;
}

}  // namespace gatepost::daemon
