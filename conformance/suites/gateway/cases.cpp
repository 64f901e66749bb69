#include "conformance/suites/gateway/cases.h"

namespace touchstone::conformance::suites::gateway {

void add_gateway_cases(harness::Registry& registry) {
  add_join_cases(registry);
  add_cache_cases(registry);
  add_log_cases(registry);
  add_message_cases(registry);
}

}  // namespace touchstone::conformance::suites::gateway
