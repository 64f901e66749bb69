#pragma once
// Suite `diameter`: a KMS as a Diameter server, a gateway as a client (docs/formats/diameter-kms.md
// and RFC 6733, RFC 3539, RFC 4004).

#include "conformance/harness/case.h"

namespace touchstone::conformance::suites::diameter {

void add_diameter_cases(harness::Registry& registry);

// One a file *_cases.cpp.
void add_first_message_cases(harness::Registry& registry);
void add_capabilities_cases(harness::Registry& registry);
void add_open_peer_cases(harness::Registry& registry);
void add_watchdog_cases(harness::Registry& registry);
void add_request_cases(harness::Registry& registry);
void add_election_cases(harness::Registry& registry);
void add_client_cases(harness::Registry& registry);
void add_codec_cases(harness::Registry& registry);
void add_message_cases(harness::Registry& registry);
void add_application_cases(harness::Registry& registry);
void add_message_properties(harness::Registry& registry);
void add_negative_cases(harness::Registry& registry);
void add_peer_model_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::diameter
