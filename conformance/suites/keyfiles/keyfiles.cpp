#include "conformance/suites/keyfiles/keyfiles.h"

#include "conformance/suites/keyfiles/case_groups.h"

namespace touchstone::conformance::suites::keyfiles {

void add_keyfiles_cases(harness::Registry& registry) {
  add_batch_codec_cases(registry);
  add_batch_import_cases(registry);
  add_batch_export_cases(registry);
  add_batch_properties(registry);
  add_gateway_read_cases(registry);
  add_gateway_make_cases(registry);
  add_gateway_command_cases(registry);
  add_import_command_cases(registry);
  add_backup_cases(registry);
  add_merge_cases(registry);
  add_audit_cases(registry);
  add_command_line_cases(registry);
  add_provision_cases(registry);
  add_database_cases(registry);
  add_doctor_cases(registry);
  add_foreign_format_cases(registry);
}

}  // namespace touchstone::conformance::suites::keyfiles
