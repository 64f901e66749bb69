#pragma once
// A keyring as lines that a rule can spoil.

#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::mutators {

/// Where and how much: numbers that a rule takes modulo what it has.
struct Choice {
  std::uint32_t row = 0;
  std::uint32_t number = 0;
};

struct KeyringLines {
  std::vector<std::string> lines;  ///< without their ends
  std::string line_end = "\n";
  bool last_line_ended = true;
  std::string before;  ///< octets before line 1

  explicit KeyringLines(const oracle::Keyring& keyring);

  [[nodiscard]] Octets print() const;
  [[nodiscard]] bool has_rows() const { return lines.size() > 4; }
  /// The index of the row that `choice` names; there must be rows.
  [[nodiscard]] std::size_t row(const Choice& choice) const;
};

/// The `index`-th of the fields that commas part, with the spaces round it.
[[nodiscard]] std::string field(const std::string& line, std::size_t index);
[[nodiscard]] std::string with_field(const std::string& line, std::size_t index,
                                     std::string_view value);

}  // namespace touchstone::conformance::mutators
