#include "conformance/suites/kms/cases.h"

namespace touchstone::conformance::suites::kms {

void add_kms_cases(harness::Registry& registry) {
  add_key_cases(registry);
  add_reload_cases(registry);
  add_file_cases(registry);
  add_limit_cases(registry);
}

}  // namespace touchstone::conformance::suites::kms
