// Text for a terminal. Whatever Gatepost shows was chosen by strangers (providers' words,
// addresses, labels), so nothing of it may steer the terminal; and it may be wide, so that columns
// are counted.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::cli {

/// The text on one line, fit for a terminal: white space becomes a blank, and control characters
/// (C0, C1, bidirectional overrides) and what is no UTF-8 become U+FFFD.
std::string printable(std::string_view text);

/// How many columns printable text takes; wide characters take two, combining ones none.
std::size_t columns_of(std::string_view text);

/// Rows of cells in aligned columns, two blanks apart. Cells are made printable.
class Table {
  public:
    /// An empty cell shows as nothing; the last column is not padded.
    void add(std::vector<std::string> cells);
    void print(std::ostream& out, std::string_view indent = {}) const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace gatepost::cli
