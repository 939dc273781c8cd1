#include "daemon/router.h"

#include "daemon/request_target.h"

namespace gatepost::daemon {
namespace {

bool is_parameter(const std::string& segment) {
    return segment.starts_with('{');
}

}  // namespace

PathPattern::PathPattern(std::string_view pattern) : segments_(parse_target(pattern)->segments) {}

std::optional<std::vector<std::string>> PathPattern::match(
    const std::vector<std::string>& segments) const {
    if (segments.size() != segments_.size()) return std::nullopt;
    std::vector<std::string> parameters;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (is_parameter(segments_[i]) && !segments[i].empty()) {
            parameters.push_back(segments[i]);
        } else if (segments[i] != segments_[i]) {
            return std::nullopt;
        }
    }
    return parameters;
}

}  // namespace gatepost::daemon
