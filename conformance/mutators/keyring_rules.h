#pragma once
// Named ways to spoil a canonical keyring, each with the one verdict that the documents give it.

#include <functional>
#include <optional>
#include <string_view>

#include "conformance/mutators/keyring_lines.h"

namespace touchstone::conformance::mutators {

/// What a rule did: the line that now holds the fault, from 1, or 0 for the file as a whole.
using Place = std::optional<std::uint64_t>;

struct Rule {
  std::string_view name;         ///< "pwdh with a digit more"
  std::string_view requirement;  ///< the one that a wrong verdict breaks
  int tolerant_exit = 6;
  int strict_exit = 6;
  std::string_view code;          ///< lint code that must be among the findings; empty for none
  std::string_view reject_class;  ///< of tsp/1, for a tolerant reader; empty when it accepts
  /// Spoils `lines`; nothing when there is nothing to spoil (no rows).
  std::function<Place(KeyringLines& lines, const Choice& choice)> apply;

  [[nodiscard]] bool tolerated() const { return tolerant_exit == 0; }
};

/// All rules, in the order of their requirements.
[[nodiscard]] const std::vector<Rule>& keyring_rules();

/// The rules of one requirement.
[[nodiscard]] std::vector<const Rule*> rules_of(std::string_view requirement);

/// Deviations of layout alone, which may be applied one after the other: the keyring that is read
/// stays the same. Their order is that in which they must be applied.
[[nodiscard]] std::vector<const Rule*> layout_rules();

void add_header_rules(std::vector<Rule>& rules);
void add_row_rules(std::vector<Rule>& rules);
void add_value_rules(std::vector<Rule>& rules);
void add_layout_rules(std::vector<Rule>& rules);

}  // namespace touchstone::conformance::mutators
