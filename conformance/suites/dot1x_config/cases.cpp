#include "conformance/suites/dot1x_config/cases.h"

namespace touchstone::conformance::suites::dot1x_config {

void add_dot1x_config_cases(harness::Registry& registry) {
  add_conf_cases(registry);
  add_status_cases(registry);
  add_setup_cases(registry);
  add_value_cases(registry);
  add_certificate_cases(registry);
  add_ntp_cases(registry);
  add_sntp_cases(registry);
  add_clock_cases(registry);
}

}  // namespace touchstone::conformance::suites::dot1x_config
