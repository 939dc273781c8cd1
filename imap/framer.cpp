#include "imap/framer.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "imap/response.h"

namespace gatepost::imap {
namespace {

Problem violation(std::string detail) {
    return problem(ProblemKind::protocol_violation, std::move(detail));
}

/// Status responses and continuations end in text for people, in which braces mean nothing.
bool may_hold_literals(std::string_view line) {
    if (!line.starts_with("* ")) return false;
    line.remove_prefix(2);
    return !status_of(line.substr(0, line.find(' ')));
}

/// The size of the literal that the line (without CRLF) announces: {n}, {n+} or ~{n}.
Result<std::optional<std::uint64_t>> announced_literal(std::string_view line) {
    if (!line.ends_with('}')) return std::nullopt;
    const std::size_t open = line.rfind('{');
    if (open == std::string_view::npos) return std::nullopt;
    std::string_view digits = line.substr(open + 1, line.size() - open - 2);
    if (digits.ends_with('+')) digits.remove_suffix(1);
    std::uint64_t size = 0;
    const char* begin = digits.data();
    const char* end = begin + digits.size();
    const auto [stopped, error] = std::from_chars(begin, end, size);
    if (digits.empty() || error != std::errc() || stopped != end) {
        return violation("The server announced a literal of no valid size");
    }
    return size;
}

}  // namespace

void Framer::begin(const FramingLimits& limits) {
    limits_ = limits;
    total_ = 0;
    responses_ = 0;
}

void Framer::append(std::string_view bytes) {
    buffer_.erase(0, start_);
    line_ -= start_;
    scanned_ -= start_;
    start_ = 0;
    buffer_.append(bytes);
}

Result<std::optional<std::string>> Framer::next() {
    auto found = find_end();
    if (!found) return std::move(found).error();
    if (!*found) return std::nullopt;
    auto response = cut();
    if (!response) return std::move(response).error();
    return std::optional(std::move(*response));
}

Result<bool> Framer::find_end() {
    while (true) {
        auto literal_passed = pass_literal();
        if (!literal_passed || !*literal_passed) return literal_passed;
        auto line_passed = pass_line();
        if (!line_passed || !*line_passed) return line_passed;
        if (literal_left_ == 0 && line_ != scanned_) return true;
    }
}

Result<bool> Framer::pass_literal() {
    const std::size_t here = std::min(literal_left_, buffer_.size() - scanned_);
    if (std::string_view(buffer_).substr(scanned_, here).find('\0') != std::string_view::npos) {
        return violation("The server sent a NUL");
    }
    scanned_ += here;
    literal_left_ -= here;
    if (here > 0) line_ = scanned_;
    return literal_left_ == 0;
}

/// Leaves line_ at the end of the line when a literal follows, at its start when the response ends.
Result<bool> Framer::pass_line() {
    const std::string_view buffer = buffer_;
    const std::size_t newline = buffer.find('\n', scanned_);
    const bool whole = newline != std::string_view::npos;
    const std::size_t end = whole ? newline + 1 : buffer.size();
    if (buffer.substr(scanned_, end - scanned_).find('\0') != std::string_view::npos) {
        return violation("The server sent a NUL");
    }
    if (end - line_ > limits_.line || end - start_ > limits_.total - total_) {
        return violation("The server sent a line that is too long");
    }
    scanned_ = end;
    if (!whole) return false;
    const std::string_view line = buffer.substr(line_, newline - line_);
    if (line.find('\r') != line.size() - 1 || line.empty()) {
        return violation("The server sent a line that does not end with CRLF");
    }
    if (!may_hold_literals(buffer.substr(start_, newline - start_))) return true;
    const auto size = announced_literal(line.substr(0, line.size() - 1));
    if (!size) return size.error();
    if (!*size) return true;
    if (**size > limits_.literal || **size > limits_.total - total_ - (end - start_)) {
        return violation("The server announced a literal that is too large");
    }
    literal_left_ = static_cast<std::size_t>(**size);
    line_ = scanned_;
    return true;
}

Result<std::string> Framer::cut() {
    const std::size_t size = scanned_ - start_;
    if (responses_ == limits_.responses) {
        return violation("The server sent more than a command's answer may hold");
    }
    responses_ += 1;
    total_ += size;
    std::string response = buffer_.substr(start_, size);
    start_ = line_ = scanned_;
    if (start_ == buffer_.size()) {
        std::string().swap(buffer_);
        start_ = line_ = scanned_ = 0;
    }
    return response;
}

}  // namespace gatepost::imap
