// One table of a TOML file, read key by key: values of the wrong type, values out of range and keys
// that nobody asked for are told with their file and line. Private to the configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "core/result.h"

namespace gatepost::daemon {

/// A file that is being read, and the first mistake found in it.
class TomlFile {
  public:
    explicit TomlFile(std::string name) : name_(std::move(name)) {}

    /// Keeps the mistake that stands first in the file: "FILE:LINE: what".
    void mistake(std::uint32_t line, const std::string& what);
    [[nodiscard]] std::optional<Problem> problem() const;

  private:
    std::string name_;
    std::uint32_t line_ = 0;
    std::string what_;
};

class TomlSection {
  public:
    /// @param name "pool", or empty for the top of the file
    /// @param table null where the file has no such table: every value then stays as it is
    TomlSection(TomlFile& file, std::string name, const toml::table* table);

    // Each leaves the value alone where the key is missing or its value is a mistake.

    void text(std::string_view key, std::string& value);
    void flag(std::string_view key, bool& value);
    void number(std::string_view key, std::size_t& value, std::size_t least, std::size_t most);
    void duration(std::string_view key, std::chrono::milliseconds& value,
                  std::chrono::milliseconds least, std::chrono::milliseconds most);
    /// @param check called with each item; what it answers is the mistake
    void texts(std::string_view key, std::vector<std::string>& value,
               Result<void> (*check)(const std::string& item));
    void ports(std::string_view key, std::vector<std::uint16_t>& value);
    /// The index of the word that is there.
    std::optional<std::size_t> word(std::string_view key,
                                    std::initializer_list<std::string_view> words);
    /// Null unless the key is there and a table.
    const toml::table* table(std::string_view key);

    /// What the table has, for one whose keys are names of somebody's own.
    [[nodiscard]] std::vector<std::string> keys() const;
    /// A mistake in the key's value, told with its line.
    void mistake(std::string_view key, const std::string& what);
    /// Refuses the keys that were not asked for.
    void finish();

  private:
    const toml::node* find(std::string_view key);
    [[nodiscard]] std::string full(std::string_view key) const;
    template <class T>
    std::optional<T> value_of(std::string_view key, const char* what);
    const toml::array* array_of(std::string_view key, const char* what);

    TomlFile& file_;
    std::string name_;
    const toml::table* table_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace gatepost::daemon
