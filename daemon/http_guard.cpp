#include "daemon/http_guard.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace gatepost::daemon {
namespace {

namespace http = boost::beast::http;

// Browsers send about 20, proxies add a few.
constexpr std::ptrdiff_t max_fields = 64;

std::size_t count(const RequestHead& head, http::field name) {
    return head.count(name);
}

bool has_fold(const RequestHead&, std::string_view raw) {
    return raw.find("\r\n ") != std::string_view::npos ||
           raw.find("\r\n\t") != std::string_view::npos;
}

bool has_other_version(const RequestHead& head, std::string_view) {
    return head.version() != 10 && head.version() != 11;
}

bool has_too_many_fields(const RequestHead& head, std::string_view) {
    return std::distance(head.begin(), head.end()) > max_fields;
}

bool has_doubtful_host(const RequestHead& head, std::string_view) {
    return count(head, http::field::host) != 1;
}

bool has_foreign_target(const RequestHead& head, std::string_view) {
    const auto is_visible_ascii = [](char c) { return c > ' ' && c < 0x7f; };
    return !head.target().starts_with('/') || !std::ranges::all_of(head.target(), is_visible_ascii);
}

bool has_doubtful_coding(const RequestHead& head, std::string_view) {
    const std::size_t codings = count(head, http::field::transfer_encoding);
    if (codings == 0) return false;
    return codings > 1 || head.version() != 11 ||
           !boost::beast::iequals(head[http::field::transfer_encoding], "chunked") ||
           count(head, http::field::content_length) > 0;
}

bool has_doubtful_length(const RequestHead& head, std::string_view) {
    const std::size_t lengths = count(head, http::field::content_length);
    if (lengths == 0) return false;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string_view length = head[http::field::content_length];
    return lengths > 1 || length.empty() || !std::ranges::all_of(length, is_digit);
}

bool has_body_where_none_belongs(const RequestHead& head, std::string_view) {
    if (head.method() != http::verb::get && head.method() != http::verb::head) return false;
    const std::string_view length = head[http::field::content_length];
    return count(head, http::field::transfer_encoding) > 0 || (!length.empty() && length != "0");
}

struct Rule {
    bool (*breaks)(const RequestHead& head, std::string_view raw);
    const char* detail;
};

constexpr std::array rules{
    Rule{has_other_version, "Only HTTP/1.1 and HTTP/1.0 are spoken here."},
    Rule{has_fold, "A header line must not be folded (RFC 9112 5.2)."},
    Rule{has_too_many_fields, "A request must not have more than 64 header fields."},
    Rule{has_doubtful_host, "A request must have exactly one Host."},
    Rule{has_foreign_target, "The request's target must be a path in ASCII, such as /v1/accounts."},
    Rule{has_doubtful_coding,
         "Transfer-Encoding must be chunked, once, in HTTP/1.1 and without Content-Length."},
    Rule{has_doubtful_length, "Content-Length must be one number, once."},
    Rule{has_body_where_none_belongs, "A GET or HEAD request must not have a body."},
};

}  // namespace

std::optional<Problem> why_refused(const RequestHead& head, std::string_view raw) {
    for (const Rule& rule : rules) {
        if (rule.breaks(head, raw)) return problem(ProblemKind::bad_request, rule.detail);
    }
    return std::nullopt;
}

}  // namespace gatepost::daemon
