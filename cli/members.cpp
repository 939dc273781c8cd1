#include "cli/members.h"

#include <boost/json/serialize.hpp>

namespace gatepost::cli {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return {};
    if (const json::string* text = value->if_string()) return {text->data(), text->size()};
    return value->is_number() || value->is_bool() ? json::serialize(*value) : std::string();
}

bool is_true(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

const json::object& object_of(const json::object& object, std::string_view name) {
    static const json::object none;
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : none;
}

const json::array& array_of(const json::object& object, std::string_view name) {
    static const json::array none;
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string joined(const json::array& array) {
    std::string text;
    for (const json::value& value : array) {
        if (!value.is_string()) continue;
        if (!text.empty()) text += ", ";
        text.append(value.get_string().data(), value.get_string().size());
    }
    return text;
}

}  // namespace gatepost::cli
