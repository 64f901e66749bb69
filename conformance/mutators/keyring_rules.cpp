#include "conformance/mutators/keyring_rules.h"

namespace touchstone::conformance::mutators {

const std::vector<Rule>& keyring_rules() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> all;
    add_header_rules(all);
    add_row_rules(all);
    add_value_rules(all);
    add_layout_rules(all);
    return all;
  }();
  return rules;
}

std::vector<const Rule*> rules_of(std::string_view requirement) {
  std::vector<const Rule*> found;
  for (const Rule& rule : keyring_rules())
    if (rule.requirement == requirement) found.push_back(&rule);
  return found;
}

std::vector<const Rule*> layout_rules() {
  // KL-BATCH0 and KL-PARITY are tolerated too, but they are values.
  std::vector<const Rule*> found;
  for (const Rule& rule : keyring_rules())
    if (rule.tolerated() && rule.code != "KL-BATCH0" && rule.code != "KL-PARITY")
      found.push_back(&rule);
  return found;
}

}  // namespace touchstone::conformance::mutators
