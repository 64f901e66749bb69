#pragma once
// The suite `diameter-conf`: diameter_server.conf and diameter_client.conf (DC-01..DC-21). The
// oracle, never the reference, says what is right.

namespace touchstone::conformance::harness {
class Registry;
}

namespace touchstone::conformance::suites::diameter_conf {

void add_diameter_conf_cases(harness::Registry& registry);

// One a source file of this folder.
void add_value_cases(harness::Registry& registry);
void add_rule_cases(harness::Registry& registry);
void add_use_cases(harness::Registry& registry);
void add_file_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::diameter_conf
