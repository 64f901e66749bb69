#include "conformance/suites/diameter/cases.h"

namespace touchstone::conformance::suites::diameter {

void add_diameter_cases(harness::Registry& registry) {
  add_first_message_cases(registry);
  add_capabilities_cases(registry);
  add_open_peer_cases(registry);
  add_watchdog_cases(registry);
  add_request_cases(registry);
  add_election_cases(registry);
  add_client_cases(registry);
  add_codec_cases(registry);
  add_message_cases(registry);
  add_application_cases(registry);
  add_message_properties(registry);
  add_negative_cases(registry);
  add_peer_model_cases(registry);
}

}  // namespace touchstone::conformance::suites::diameter
