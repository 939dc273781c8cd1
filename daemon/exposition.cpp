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

void Exposition::histogram(std::string_view name, std::string_view help) {
    begin(name, help, "histogram");
}

void Exposition::samples(const std::vector<Bucket>& buckets, std::uint64_t count, double sum,
                         const std::pair<std::string_view, std::string_view>& label) {
    for (const Bucket& bucket : buckets) {
        sample_of("_bucket", static_cast<double>(bucket.count),
                  {label, {"le", fmt::format("{}", bucket.bound)}});
    }
    sample_of("_bucket", static_cast<double>(count), {label, {"le", "+Inf"}});
    sample_of("_sum", sum, {label});
    sample_of("_count", static_cast<double>(count), {label});
}

void Exposition::sample(double value, Labels labels) {
    sample_of("", value, labels);
}

void Exposition::sample_of(std::string_view suffix, double value, Labels labels) {
    text_.append(name_).append(suffix);
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
