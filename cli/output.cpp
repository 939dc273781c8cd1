#include "cli/output.h"

#include <ostream>

#include <boost/json/serialize.hpp>

namespace gatepost::cli {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

bool is_c1(const std::string& text, std::size_t at) {
    // U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
    return text[at] == '\xC2' && at + 1 < text.size() &&
           static_cast<unsigned char>(text[at + 1]) <= 0x9F;
}

}  // namespace

void print_json(Output output, const boost::json::value& value) {
    // Serialising escapes C0 already, and bytes beyond ASCII stand in strings only.
    const std::string text = boost::json::serialize(value);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x7F') {
            output.out << "\\u007f";
        } else if (is_c1(text, i)) {
            const auto code = static_cast<unsigned char>(text[++i]);
            output.out << "\\u00" << digits[code >> 4U] << digits[code & 0xFU];
        } else {
            output.out << text[i];
        }
    }
    output.out << '\n';
}

}  // namespace gatepost::cli
