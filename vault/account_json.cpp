#include "vault/account_json.h"

#include <boost/json.hpp>

namespace gatepost::vault {
namespace {

namespace json = boost::json;

constexpr std::string_view no_labels = "{}";

std::optional<ProblemKind> kind_named(std::string_view name) {
    for (int number = 0; number <= static_cast<int>(ProblemKind::internal); ++number) {
        const auto kind = static_cast<ProblemKind>(number);
        if (name_of(kind) == name) return kind;
    }
    return std::nullopt;
}

std::optional<json::object> object_in(std::string_view text) {
    json::error_code error;
    json::value value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::optional<std::string> string_in(const json::value* value) {
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

// A list of pairs, since names may come twice and their order is kept.
std::optional<decltype(Problem::facts)> facts_in(const json::value* value) {
    if (value == nullptr || !value->is_array()) return std::nullopt;
    decltype(Problem::facts) facts;
    for (const json::value& element : value->get_array()) {
        const json::array* const pair = element.if_array();
        if (pair == nullptr || pair->size() != 2) return std::nullopt;
        auto name = string_in(pair->if_contains(0));
        auto fact = string_in(pair->if_contains(1));
        if (!name || !fact) return std::nullopt;
        facts.emplace_back(std::move(*name), std::move(*fact));
    }
    return facts;
}

}  // namespace

std::string json_of(const Problem& problem) {
    json::array facts;
    for (const auto& [name, value] : problem.facts) {
        facts.push_back(json::array{name, value});
    }
    const std::string_view kind = name_of(problem.kind);
    return json::serialize(json::object{{"kind", json::string_view(kind.data(), kind.size())},
                                        {"detail", problem.detail},
                                        {"facts", std::move(facts)}});
}

std::string json_of(const Labels& labels) {
    if (labels.empty()) return std::string(no_labels);
    json::object object;
    for (const auto& [name, value] : labels) {
        object.emplace(name, value);
    }
    return json::serialize(object);
}

std::optional<Problem> problem_from_json(std::string_view text) {
    const auto object = object_in(text);
    if (!object) return std::nullopt;
    const auto kind = string_in(object->if_contains("kind"));
    auto detail = string_in(object->if_contains("detail"));
    auto facts = facts_in(object->if_contains("facts"));
    if (!kind || !detail || !facts) return std::nullopt;
    // A kind of another version of Gatepost: what it says still helps.
    const ProblemKind known = kind_named(*kind).value_or(ProblemKind::internal);
    return Problem{known, std::move(*detail), std::move(*facts)};
}

std::optional<Labels> labels_from_json(std::string_view text) {
    if (text == no_labels) return Labels();
    const auto object = object_in(text);
    if (!object) return std::nullopt;
    Labels labels;
    for (const auto& [name, value] : *object) {
        auto label = string_in(&value);
        if (!label) return std::nullopt;
        labels.emplace(name, std::move(*label));
    }
    return labels;
}

}  // namespace gatepost::vault
