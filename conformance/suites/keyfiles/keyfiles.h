#pragma once
// The suite `keyfiles`: batch, Gateway key file, utilities and node key database (groups BK, GW,
// KU, LK and the part of OP that a program can show).

#include "conformance/harness/case.h"

namespace touchstone::conformance::suites::keyfiles {

void add_keyfiles_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::keyfiles
