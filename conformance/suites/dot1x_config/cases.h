#pragma once
// The suite `dot1x-config`: wpa_supplicant.conf, what wpa_cli tells, and the commands net8021x and
// localNTP. The oracle, never the reference, says what is right.

namespace touchstone::conformance::harness {
class Registry;
}

namespace touchstone::conformance::suites::dot1x_config {

void add_dot1x_config_cases(harness::Registry& registry);

// One a source file of this folder.
void add_conf_cases(harness::Registry& registry);
void add_status_cases(harness::Registry& registry);
void add_setup_cases(harness::Registry& registry);
void add_value_cases(harness::Registry& registry);
void add_certificate_cases(harness::Registry& registry);
void add_ntp_cases(harness::Registry& registry);
void add_sntp_cases(harness::Registry& registry);
void add_clock_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::dot1x_config
