#include "daemon/json_document.h"

#include <array>
#include <set>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include "daemon/wiped_memory.h"

namespace gatepost::daemon {
namespace {

namespace json = boost::json;
using json::error_code;

// No request nests deeper than 2.
constexpr std::size_t max_depth = 32;

// What the parser leaves behind of strings with escapes, in buffers on the stack.
constexpr std::size_t parser_stack_bytes = 16 * 1024;

/// Builds the value as it is parsed, and refuses a name that an object has twice: which of the two
/// counts is read differently by every program (RFC 8259 4).
class Builder {
  public:
    constexpr static std::size_t max_object_size = 1000;
    constexpr static std::size_t max_array_size = 1000;
    constexpr static std::size_t max_key_size = 1000;
    constexpr static std::size_t max_string_size = 2 * 1024 * 1024;  // as the largest body

    explicit Builder(const json::storage_ptr& memory) : stack_(memory) { stack_.reset(memory); }

    json::value release() { return stack_.release(); }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        names_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t size, error_code&) {
        names_.pop_back();
        stack_.push_object(size);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t size, error_code&) {
        stack_.push_array(size);
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        name_ += part;
        stack_.push_chars(part);
        return true;
    }
    bool on_key(json::string_view part, std::size_t, error_code& error) {
        name_ += part;
        if (!names_.back().insert(std::exchange(name_, {})).second) {
            error = make_error_code(boost::system::errc::invalid_argument);
            return false;
        }
        stack_.push_key(part);
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) {
        stack_.push_chars(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, error_code&) {
        stack_.push_string(part);
        return true;
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, error_code&) {
        stack_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view, error_code&) {
        stack_.push_uint64(number);
        return true;
    }
    bool on_double(double number, json::string_view, error_code&) {
        stack_.push_double(number);
        return true;
    }
    bool on_bool(bool value, error_code&) {
        stack_.push_bool(value);
        return true;
    }
    bool on_null(error_code&) {
        stack_.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

  private:
    json::value_stack stack_;
    std::string name_;                          ///< of the member that is being read
    std::vector<std::set<std::string>> names_;  ///< of the objects that are open
};

json::parse_options strict() {
    json::parse_options options;
    options.max_depth = max_depth;
    return options;
}

[[gnu::noinline]] void wipe_stack() {
    std::array<char, parser_stack_bytes> left_behind;
    wipe(left_behind.data(), left_behind.size());
}

Problem not_json(std::size_t offset, bool duplicate) {
    return problem(
        ProblemKind::bad_request,
        duplicate
            ? "The body has a name twice in one object, before byte " + std::to_string(offset) + "."
            : "The body is not valid JSON, at byte " + std::to_string(offset) + ".");
}

Problem no_object() {
    return problem(ProblemKind::bad_request, "The body must be a JSON object.");
}

}  // namespace

Result<json::object> parse_json_object(std::string_view text) {
    error_code error;
    json::basic_parser<Builder> parser(strict(), json::make_shared_resource<WipingResource>());
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    wipe_stack();
    if (error) return not_json(read, error == boost::system::errc::invalid_argument);
    if (read != text.size()) return not_json(read, false);
    json::value value = parser.handler().release();
    if (json::object* object = value.if_object()) return std::move(*object);
    return no_object();
}

}  // namespace gatepost::daemon
