#include "daemon/toml_section.h"

#include <algorithm>

#include "daemon/duration.h"

namespace gatepost::daemon {
namespace {

std::string in_words(std::chrono::milliseconds duration) {
    const auto count = duration.count();
    if (count % (60 * 60 * 1000) == 0) return std::to_string(count / (60 * 60 * 1000)) + "h";
    if (count % (60 * 1000) == 0) return std::to_string(count / (60 * 1000)) + "m";
    if (count % 1000 == 0) return std::to_string(count / 1000) + "s";
    return std::to_string(count) + "ms";
}

std::string joined(std::initializer_list<std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

}  // namespace

void TomlFile::mistake(std::uint32_t line, const std::string& what) {
    if (!what_.empty() && line_ <= line) return;
    line_ = line;
    what_ = what;
}

std::optional<Problem> TomlFile::problem() const {
    if (what_.empty()) return std::nullopt;
    return gatepost::problem(ProblemKind::configuration,
                             name_ + ":" + std::to_string(line_) + ": " + what_);
}

TomlSection::TomlSection(TomlFile& file, std::string name, const toml::table* table)
    : file_(file), name_(std::move(name)), table_(table) {}

std::string TomlSection::full(std::string_view key) const {
    return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

const toml::node* TomlSection::find(std::string_view key) {
    asked_.emplace(key);
    return table_ == nullptr ? nullptr : table_->get(key);
}

void TomlSection::mistake(std::string_view key, const std::string& what) {
    const toml::node* node = find(key);
    if (node != nullptr) file_.mistake(node->source().begin.line, full(key) + " " + what);
}

template <class T>
std::optional<T> TomlSection::value_of(std::string_view key, const char* what) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    std::optional<T> value = node->value_exact<T>();
    if (!value) mistake(key, what);
    return value;
}

const toml::array* TomlSection::array_of(std::string_view key, const char* what) {
    const toml::node* node = find(key);
    if (node != nullptr && !node->is_array()) mistake(key, what);
    return node == nullptr ? nullptr : node->as_array();
}

void TomlSection::text(std::string_view key, std::string& value) {
    if (auto found = value_of<std::string>(key, "must be a string.")) value = std::move(*found);
}

void TomlSection::flag(std::string_view key, bool& value) {
    if (const auto found = value_of<bool>(key, "must be true or false.")) value = *found;
}

void TomlSection::number(std::string_view key, std::size_t& value, std::size_t least,
                         std::size_t most) {
    const auto found = value_of<std::int64_t>(key, "must be a whole number.");
    if (!found) return;
    if (*found < static_cast<std::int64_t>(least) || *found > static_cast<std::int64_t>(most)) {
        return mistake(
            key, "must be from " + std::to_string(least) + " to " + std::to_string(most) + ".");
    }
    value = static_cast<std::size_t>(*found);
}

void TomlSection::duration(std::string_view key, std::chrono::milliseconds& value,
                           std::chrono::milliseconds least, std::chrono::milliseconds most) {
    const auto found = value_of<std::string>(key, "must be a duration in quotes, such as \"5s\"");
    if (!found) return;
    const auto parsed = duration_of(*found);
    if (!parsed) {
        return mistake(key, "must be a whole number with ms, s, m or h behind it, such as \"5s\".");
    }
    if (*parsed < least || *parsed > most) {
        return mistake(key, "must be from " + in_words(least) + " to " + in_words(most) + ".");
    }
    value = *parsed;
}

std::vector<std::string> TomlSection::keys() const {
    std::vector<std::string> keys;
    if (table_ == nullptr) return keys;
    for (const auto& [key, value] : *table_)
        keys.emplace_back(key.str());
    return keys;
}

void TomlSection::texts(std::string_view key, std::vector<std::string>& value,
                        Result<void> (*check)(const std::string& item)) {
    const toml::array* array = array_of(key, "must be a list of strings.");
    if (array == nullptr) return;
    std::vector<std::string> texts;
    for (const toml::node& node : *array) {
        auto item = node.value_exact<std::string>();
        if (!item) return mistake(key, "must be a list of strings.");
        if (const auto checked = check(*item); !checked) {
            return file_.mistake(node.source().begin.line,
                                 full(key) + ": " + checked.error().detail);
        }
        texts.push_back(std::move(*item));
    }
    value = std::move(texts);
}

void TomlSection::ports(std::string_view key, std::vector<std::uint16_t>& value) {
    constexpr const char* what = "must be a list of ports, from 1 to 65535.";
    const toml::array* array = array_of(key, what);
    if (array == nullptr) return;
    std::vector<std::uint16_t> ports;
    for (const toml::node& node : *array) {
        const auto port = node.value_exact<std::int64_t>();
        if (!port || *port < 1 || *port > 65535) {
            return mistake(key, what);
        }
        ports.push_back(static_cast<std::uint16_t>(*port));
    }
    value = std::move(ports);
}

std::optional<std::size_t> TomlSection::word(std::string_view key,
                                             std::initializer_list<std::string_view> words) {
    const auto found = value_of<std::string>(key, "must be a string.");
    if (!found) return std::nullopt;
    const auto* const word = std::ranges::find(words, *found);
    if (word != words.end()) return static_cast<std::size_t>(word - words.begin());
    mistake(key, "must be one of " + joined(words) + ".");
    return std::nullopt;
}

const toml::table* TomlSection::table(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) mistake(key, "must be a table: [" + std::string(key) + "].");
    return node->as_table();
}

void TomlSection::finish() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
        if (asked_.contains(key.str())) continue;
        file_.mistake(key.source().begin.line,
                      full(key.str()) + " is not a key of the configuration.");
    }
}

}  // namespace gatepost::daemon
