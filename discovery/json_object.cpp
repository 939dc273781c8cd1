#include "discovery/json_object.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/value.hpp>

#include "discovery/text.h"

namespace gatepost::discovery {
namespace {

namespace json = boost::json;

constexpr std::size_t max_document_bytes = 256 * 1024;  // real ones have a few KiB
constexpr std::size_t max_depth = 32;                   // real ones nest six deep

Problem is_none(std::string_view what, const std::string& why) {
    return problem(ProblemKind::protocol_violation,
                   "It is no " + std::string(what) + ": " + why + ".");
}

}  // namespace

Result<json::object> parse_json_object(std::string_view text, std::string_view what) {
    if (text.size() > max_document_bytes) return is_none(what, "it is larger than 256 KiB");
    // RFC 8259 8.1 lets readers pass over it, and some editors write it.
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    json::parse_options options;
    options.max_depth = max_depth;
    boost::system::error_code error;
    const json::value value =
        json::parse(json::string_view(text.data(), text.size()), error, {}, options);
    if (error == json::error::too_deep) return is_none(what, "it is nested too deeply");
    if (error) return is_none(what, "not well-formed JSON, " + error.message());
    if (!value.is_object()) return is_none(what, "it is no JSON object");
    return value.as_object();
}

const json::object* object_at(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains({name.data(), name.size()});
    return value == nullptr ? nullptr : value->if_object();
}

std::string string_at(const json::object& object, std::string_view name, std::size_t max_bytes) {
    const json::value* value = object.if_contains({name.data(), name.size()});
    const json::string* text = value == nullptr ? nullptr : value->if_string();
    if (text == nullptr || text->size() > max_bytes) return {};
    if (std::ranges::any_of(*text, is_control)) return {};
    return {text->begin(), text->end()};
}

}  // namespace gatepost::discovery
