#pragma once
// The suite `keyring`: keyring.csv, merging into it, and the keys derived for it. Every case cites
// the requirements that it judges; the oracle, never the reference, says what is right.

namespace touchstone::conformance::harness {
class Registry;
}

namespace touchstone::conformance::suites::keyring {

void add_keyring_cases(harness::Registry& registry);

// One a source file of this folder.
void add_rule_cases(harness::Registry& registry);
void add_header_cases(harness::Registry& registry);
void add_row_cases(harness::Registry& registry);
void add_value_cases(harness::Registry& registry);
void add_tolerance_cases(harness::Registry& registry);
void add_property_cases(harness::Registry& registry);
void add_limit_cases(harness::Registry& registry);
void add_file_cases(harness::Registry& registry);
void add_merge_cases(harness::Registry& registry);
void add_revocation_cases(harness::Registry& registry);
void add_derivation_cases(harness::Registry& registry);
void add_validate_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::keyring
