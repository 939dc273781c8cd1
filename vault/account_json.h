// The parts of an account that are stored as JSON: why it is refused, and its labels. Pure. What is
// read comes from the database and may be anything.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/problem.h"

namespace gatepost::vault {

using Labels = std::map<std::string, std::string>;

std::string json_of(const Problem& problem);
std::string json_of(const Labels& labels);

/// Nothing when it is not what json_of() writes; a problem's kind may be one that is not known.
std::optional<Problem> problem_from_json(std::string_view json);
std::optional<Labels> labels_from_json(std::string_view json);

}  // namespace gatepost::vault
