#pragma once
// Suite `gateway`: a gateway (KMC) of document 004 between its KMS, which the runner plays, and
// the nodes that join: cache first, one question a node, restart, a KMS that is away.

#include "conformance/harness/case.h"

namespace touchstone::conformance::suites::gateway {

void add_gateway_cases(harness::Registry& registry);

// One a file *_cases.cpp.
void add_join_cases(harness::Registry& registry);
void add_cache_cases(harness::Registry& registry);
void add_log_cases(harness::Registry& registry);
void add_message_cases(harness::Registry& registry);

}  // namespace touchstone::conformance::suites::gateway
