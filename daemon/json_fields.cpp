#include "daemon/json_fields.h"

#include "imap/printable.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;

// A name comes back in the answer: enough to find it again.
constexpr std::size_t max_name_shown = 64;

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

}  // namespace

JsonFields::JsonFields(const json::object& object)
    : JsonFields(object, "", std::make_shared<std::optional<Problem>>()) {}

JsonFields::JsonFields(const json::object& object, std::string prefix,
                       std::shared_ptr<std::optional<Problem>> problem)
    : object_(&object), prefix_(std::move(prefix)), problem_(std::move(problem)) {}

const json::value* JsonFields::find(std::string_view name) {
    asked_.emplace(name);
    return object_->if_contains(name);
}

void JsonFields::mistake(std::string_view name, const std::string& what) {
    if (*problem_) return;
    std::string field = prefix_ + imap::printable(name, max_name_shown);
    std::string detail = field + " " + what;
    *problem_ = gatepost::problem(ProblemKind::bad_request, std::move(detail))
                    .with("field", std::move(field));
}

std::optional<std::string> JsonFields::text(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (const json::string* text = value->if_string()) return std::string(view(*text));
    mistake(name, "must be a string.");
    return std::nullopt;
}

std::optional<Secret> JsonFields::secret(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (const json::string* text = value->if_string()) return Secret::copy_of(view(*text));
    mistake(name, "must be a string.");
    return std::nullopt;
}

std::optional<bool> JsonFields::flag(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (const bool* flag = value->if_bool()) return *flag;
    mistake(name, "must be true or false.");
    return std::nullopt;
}

std::optional<std::int64_t> JsonFields::number(std::string_view name, std::int64_t least,
                                               std::int64_t most) {
    const json::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    const std::int64_t* number = value->if_int64();
    if (number != nullptr && *number >= least && *number <= most) return *number;
    mistake(name, "must be a whole number from " + std::to_string(least) + " to " +
                      std::to_string(most) + ".");
    return std::nullopt;
}

std::optional<std::map<std::string, std::string>> JsonFields::texts(std::string_view name) {
    auto members = object(name);
    if (!members) return std::nullopt;
    std::map<std::string, std::string> texts;
    for (const auto& member : *members->object_) {
        const std::string_view key(member.key().data(), member.key().size());
        if (auto value = members->text(key)) texts.emplace(key, std::move(*value));
    }
    return texts;
}

std::optional<JsonFields> JsonFields::object(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (const json::object* object = value->if_object()) {
        return JsonFields(*object, prefix_ + std::string(name) + ".", problem_);
    }
    mistake(name, "must be an object.");
    return std::nullopt;
}

void JsonFields::finish() {
    for (const auto& member : *object_) {
        const std::string_view name(member.key().data(), member.key().size());
        if (!asked_.contains(name)) mistake(name, "is not a field of this request.");
    }
}

}  // namespace gatepost::daemon
