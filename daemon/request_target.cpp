#include "daemon/request_target.h"

#include <charconv>
#include <optional>

#include "discovery/text.h"

namespace gatepost::daemon {
namespace {

std::optional<std::string> decode(std::string_view text) {
    std::string decoded;
    while (!text.empty()) {
        unsigned char byte = static_cast<unsigned char>(text.front());
        std::size_t length = 1;
        if (byte == '%') {
            if (text.size() < 3) return std::nullopt;
            const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
            if (error != std::errc() || end != text.data() + 3) return std::nullopt;
            length = 3;
        }
        if (byte == 0) return std::nullopt;
        decoded += static_cast<char>(byte);
        text.remove_prefix(length);
    }
    if (!discovery::is_utf8(decoded)) return std::nullopt;
    return decoded;
}

/// Cuts off what stands before the separator, and the separator.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
}

Problem malformed() {
    return problem(
        ProblemKind::bad_request,
        "The request's target is malformed: %-escapes must be whole, and stand for UTF-8 "
        "without NUL.");
}

}  // namespace

Result<RequestTarget> parse_target(std::string_view target) {
    if (!target.starts_with('/')) {
        return problem(ProblemKind::bad_request, "The request's target must begin with a '/'.");
    }
    RequestTarget parsed;
    std::string_view path = take_until(target, '?');
    parsed.path = path;
    path.remove_prefix(1);
    while (!path.empty()) {
        auto segment = decode(take_until(path, '/'));
        if (!segment) return malformed();
        parsed.segments.push_back(std::move(*segment));
    }
    if (parsed.path.ends_with('/')) parsed.segments.emplace_back();
    while (!target.empty()) {
        std::string_view parameter = take_until(target, '&');
        if (parameter.empty()) continue;
        auto name = decode(take_until(parameter, '='));
        auto value = decode(parameter);
        if (!name || !value) return malformed();
        parsed.query.emplace_back(std::move(*name), std::move(*value));
    }
    return parsed;
}

}  // namespace gatepost::daemon
