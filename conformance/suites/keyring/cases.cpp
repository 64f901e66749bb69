#include "conformance/suites/keyring/cases.h"

namespace touchstone::conformance::suites::keyring {

void add_keyring_cases(harness::Registry& registry) {
  add_header_cases(registry);
  add_row_cases(registry);
  add_value_cases(registry);
  add_tolerance_cases(registry);
  add_limit_cases(registry);
  add_property_cases(registry);
  add_rule_cases(registry);
  add_file_cases(registry);
  add_merge_cases(registry);
  add_revocation_cases(registry);
  add_derivation_cases(registry);
  add_validate_cases(registry);
}

}  // namespace touchstone::conformance::suites::keyring
