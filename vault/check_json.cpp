#include "vault/check_json.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace gatepost::vault {
namespace {

namespace json = boost::json;

json::array to_json(const std::vector<DamagedRecord>& damaged, const char* name) {
    json::array records;
    for (const DamagedRecord& record : damaged) {
        json::object object;
        object[name] = record.name;
        object["damage"] = name_of(record.damage);
        records.push_back(std::move(object));
    }
    return records;
}

}  // namespace

std::string_view name_of(Damage damage) {
    switch (damage) {
        case Damage::row:
            return "row";
        case Damage::key:
            return "key";
        case Damage::credential:
            return "credential";
    }
    return "";
}

json::object to_json(const CheckReport& report) {
    json::object object;
    object["whole"] = report.is_whole();
    object["accounts"] = report.accounts;
    object["documents"] = report.documents;
    object["file"] = json::array(report.file.begin(), report.file.end());
    object["keys"] = report.keys ? json::value(report.keys->detail) : nullptr;
    object["damaged_accounts"] = to_json(report.damaged_accounts, "account");
    object["damaged_documents"] = to_json(report.damaged_documents, "document");
    return object;
}

}  // namespace gatepost::vault
