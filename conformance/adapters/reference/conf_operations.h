#pragma once
// diameter_conf.* of tsp/1, by the reader and printer of the reference.

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

[[nodiscard]] Response decode_conf(const Json& args);
[[nodiscard]] Response encode_conf(const Json& args);

}  // namespace touchstone::conformance::adapters::reference
