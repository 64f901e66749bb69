#include "conformance/suites/ipsec_config/cases.h"

namespace touchstone::conformance::suites::ipsec_config {

void add_ipsec_config_cases(harness::Registry& registry) {
  add_rule_cases(registry);
  add_verdict_cases(registry);
  add_clause_cases(registry);
  add_key_cases(registry);
  add_file_cases(registry);
  add_pair_cases(registry);
  add_log_cases(registry);
  add_gateway_file_cases(registry);
  add_gateway_policy_cases(registry);
  add_gateway_life_cases(registry);
  add_gateway_value_cases(registry);
  add_gateway_key_cases(registry);
  add_gateway_certificate_cases(registry);
  add_gateway_status_cases(registry);
}

}  // namespace touchstone::conformance::suites::ipsec_config
