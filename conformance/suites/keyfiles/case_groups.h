#pragma once
// The parts of the suite, one a source file; keyfiles.cpp puts them in order.

#include "conformance/suites/keyfiles/world.h"

namespace touchstone::conformance::suites::keyfiles {

void add_batch_codec_cases(harness::Registry& registry);
void add_batch_import_cases(harness::Registry& registry);
void add_batch_export_cases(harness::Registry& registry);
void add_batch_properties(harness::Registry& registry);
void add_gateway_read_cases(harness::Registry& registry);
void add_gateway_make_cases(harness::Registry& registry);
void add_gateway_command_cases(harness::Registry& registry);
void add_import_command_cases(harness::Registry& registry);
void add_backup_cases(harness::Registry& registry);
void add_merge_cases(harness::Registry& registry);
void add_audit_cases(harness::Registry& registry);
void add_command_line_cases(harness::Registry& registry);
void add_provision_cases(harness::Registry& registry);
void add_database_cases(harness::Registry& registry);
void add_doctor_cases(harness::Registry& registry);
void add_foreign_format_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::keyfiles
