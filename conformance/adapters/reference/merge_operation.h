#pragma once
// keyring.merge of tsp/1.

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

[[nodiscard]] Response merge_keyring(const Json& args);

}  // namespace touchstone::conformance::adapters::reference
