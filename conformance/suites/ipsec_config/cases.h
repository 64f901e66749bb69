#pragma once
// The suite `ipsec-config`: racoon.conf, setkey scripts, psk.txt, the files of ifup ipsecN, the
// prediction whether two ends negotiate, and the command `ipsec` of a media gateway. The oracle,
// never the reference, says what is right.

namespace touchstone::conformance::harness {
class Registry;
}

namespace touchstone::conformance::suites::ipsec_config {

void add_ipsec_config_cases(harness::Registry& registry);

// One a source file of this folder.
void add_rule_cases(harness::Registry& registry);
void add_verdict_cases(harness::Registry& registry);
void add_clause_cases(harness::Registry& registry);
void add_key_cases(harness::Registry& registry);
void add_file_cases(harness::Registry& registry);
void add_pair_cases(harness::Registry& registry);
void add_log_cases(harness::Registry& registry);
void add_gateway_file_cases(harness::Registry& registry);
void add_gateway_policy_cases(harness::Registry& registry);
void add_gateway_life_cases(harness::Registry& registry);
void add_gateway_value_cases(harness::Registry& registry);
void add_gateway_key_cases(harness::Registry& registry);
void add_gateway_certificate_cases(harness::Registry& registry);
void add_gateway_status_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::ipsec_config
