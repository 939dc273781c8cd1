#include "daemon/exposition.h"

#include <fmt/format.h>

namespace gatepost::daemon {
namespace {

std::string escaped(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        text += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return text;
}

}  // namespace

void Exposition::begin(std::string_view name, std::string_view help, std::string_view type) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void Exposition::counter(std::string_view name, std::string_view help) {
    begin(name, help, "counter");
}

void Exposition::gauge(std::string_view name, std::string_view help) {
    begin(name, help, "gauge");
}

void Exposition::sample(double value, Labels labels) {
    text_ += name_;
    char before = '{';
    for (const auto& [name, label] : labels) {
        text_ += fmt::format("{}{}=\"{}\"", before, name, escaped(label));
        before = ',';
    }
    if (labels.size() > 0) text_ += '}';
    // The shortest text that reads back as the same number.
    text_ += fmt::format(" {}\n", value);
}

}  // namespace gatepost::daemon
