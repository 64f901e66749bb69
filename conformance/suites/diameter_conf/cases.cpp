#include "conformance/suites/diameter_conf/cases.h"

namespace touchstone::conformance::suites::diameter_conf {

void add_diameter_conf_cases(harness::Registry& registry) {
  add_value_cases(registry);
  add_use_cases(registry);
  add_rule_cases(registry);
  add_file_cases(registry);
}

}  // namespace touchstone::conformance::suites::diameter_conf
