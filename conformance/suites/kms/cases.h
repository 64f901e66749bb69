#pragma once
// Suite `kms`: what an operator and a gateway see of the key service of document 004, beyond the
// single messages that suite `diameter` judges: keyring, reload, restart, log, limits.

#include "conformance/harness/case.h"

namespace touchstone::conformance::suites::kms {

void add_kms_cases(harness::Registry& registry);

// One a file *_cases.cpp.
void add_key_cases(harness::Registry& registry);
void add_reload_cases(harness::Registry& registry);
void add_file_cases(harness::Registry& registry);
void add_limit_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::kms
